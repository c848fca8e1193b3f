"""What every answer carries: security headers; and the machines' short cut past what only pages need."""

from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]

FRONT_CHANNEL_LOGOUT = "/logg-ut/fra-id-porten/"


class FhirShortCut:
    """Lets machines answer without sessions, forms and languages: journals, calendars, receipts, probes, browsers' scripts."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer at once where the path is a machine's."""
        if request.path_info.startswith(("/fhir/", "/kalender/", "/varsler/kvittering/")) or request.path_info in (
            "/fhir",
            "/healthz",
            "/readyz",
            "/metrics",
            "/demo/clock",
            "/varsler-sw.js",
            "/varsler/ny-nettleser/",
            "/hjemmekontakt.webmanifest",
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
        if framed:
            response.xframe_options_exempt = True  # type: ignore[attr-defined]
            response.headers.pop("X-Frame-Options", None)
        else:
            response.headers["X-Frame-Options"] = "DENY"
        policy = _policy(settings.IDPORTEN_ISSUER, framed=framed)
        response.headers.setdefault("Content-Security-Policy", policy)  # a file has a stricter one of its own
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        return response


@lru_cache(maxsize=8)
def _policy(issuer: str, *, framed: bool) -> str:
    ancestors = issuer if framed and issuer else "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
        f" manifest-src 'self'; connect-src 'self'; form-action 'self' {'/'.join(issuer.split('/')[:3])}; base-uri 'none';"
        f" frame-ancestors {ancestors}"
    )
