"""Every address: the doors' and the domains' pages, and the machines' entrance."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from hjemmekontakt.fhir import router
from hjemmekontakt.ground.signatures import DPOP_CHALLENGE
from hjemmekontakt.kit.manifest import manifest
from hjemmekontakt.login import machines
from hjemmekontakt.login.dpop import ProofRefused
from hjemmekontakt.notifications import receipt_views
from hjemmekontakt.notifications.push import views as push_views
from hjemmekontakt.project import demo_clock, probes
from hjemmekontakt.visits import calendar_door

# The addresses that are opened most are looked among first.
urlpatterns = [
    path("meldinger/", include("hjemmekontakt.messages.urls")),
    path("ansatt/", include("hjemmekontakt.messages.staff_urls")),
    path("timeavtaler/", include("hjemmekontakt.visits.urls")),
    path("", include("hjemmekontakt.home.urls")),
    path("", include("hjemmekontakt.login.urls")),
    path("bruksvilkar/", include("hjemmekontakt.consent.urls")),
    path("ansatt/", include("hjemmekontakt.home.staff_urls")),
    path("profil/fullmakter/", include("hjemmekontakt.representation.urls")),
    path("profil/kontaktinformasjon/", include("hjemmekontakt.notifications.urls")),
]

handler400 = "hjemmekontakt.home.errors.bad_request"
handler404 = "hjemmekontakt.home.errors.not_found"
handler500 = "hjemmekontakt.home.errors.server_error"

RECEIPTS = "/varsler/kvittering/"
MACHINES = {
    "/healthz": probes.health,
    "/readyz": probes.ready,
    "/metrics": probes.metrics,
    "/demo/clock": demo_clock.move,
    "/varsler-sw.js": push_views.script,
    "/varsler/ny-nettleser/": push_views.moved,
    "/hjemmekontakt.webmanifest": manifest,
}


def answer_machine(request: HttpRequest) -> HttpResponse:
    """Answer at the FHIR door, to calendars, receipts, probes, browsers' scripts and the demo's clock; no session, no form."""
    if request.path_info in MACHINES:
        return MACHINES[request.path_info](request)
    if request.path_info.startswith(calendar_door.AREA):
        return calendar_door.answer(request)
    if request.path_info.startswith(RECEIPTS):
        return receipt_views.receipts(request, request.path_info.removeprefix(RECEIPTS).rstrip("/"))
    if request.path_info == "/fhir/token":
        return machines.token(request)
    try:
        known = machines.actor_of(request)
    except ProofRefused as refused:
        return router.not_let_in(str(refused), challenge=f'{DPOP_CHALLENGE}, error="invalid_dpop_proof"')
    return router.answer(request, known=known)
