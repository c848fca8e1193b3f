"""What every answer carries: security headers; and the FHIR door's short cut past what only pages need."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]

FRONT_CHANNEL_LOGOUT = "/logg-ut/fra-id-porten/"


class FhirShortCut:
    """Lets the FHIR door, the probes and the demo's clock answer without sessions, forms and languages."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer at once where the path is a machine's."""
        if request.path_info.startswith("/fhir/") or request.path_info in (
            "/fhir",
            "/healthz",
            "/readyz",
            "/metrics",
            "/demo/clock",
        ):
            from hjemmekontakt.project.urls import answer_machine

            return answer_machine(request)
        return self.get_response(request)


class PageHeaders:
    """Content security policy and no-store on every page; only ID-porten may frame the front-channel log-out."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then put the headers on."""
        response = self.get_response(request)
        framed = request.path_info == FRONT_CHANNEL_LOGOUT
        ancestors = settings.IDPORTEN_ISSUER if framed and settings.IDPORTEN_ISSUER else "'none'"
        if framed:
            response.xframe_options_exempt = True  # type: ignore[attr-defined]
            response.headers.pop("X-Frame-Options", None)
        else:
            response.headers["X-Frame-Options"] = "DENY"
        response.headers.setdefault(  # a file has a stricter one of its own
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
            f" connect-src 'self'; form-action 'self' {_issuer_origin()}; base-uri 'none'; frame-ancestors {ancestors}",
        )
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        return response


def _issuer_origin() -> str:
    return "/".join(settings.IDPORTEN_ISSUER.split("/")[:3])
