"""The addresses of the door's stories: the real log-in and terms, and pages that say what the door told them."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django.views.decorators.http import require_POST


def told(request: HttpRequest, **_: object) -> JsonResponse:
    """What the door told the page."""
    actor = request.actor
    return JsonResponse(
        {
            "actor": actor and actor.name,
            "standing": actor and actor.standing.value,
            "about": actor and actor.about_name,
            "rights": sorted(right.value for right in actor.rights) if actor else [],
            "roles": sorted(role.value for role in actor.roles) if actor else [],
            "units": [unit.unit_name for unit in actor.units] if actor else [],
            "family": sorted(str(id) for id in actor.family) if actor else [],
            "door": request.door,
            "level": request.session_level,
            "large_type": request.large_type,
            "people_to_act_for": request.people_to_act_for,
            "unit": [request.unit_name, request.unit_phone],
        }
    )


@require_POST
def send(request: HttpRequest, **_: object) -> HttpResponse:
    """A form's own address."""
    return HttpResponse(f"sent by {request.actor.name} for {request.actor.about_name}")


urlpatterns = [
    path("", told),
    path("", include("hjemmekontakt.login.urls")),
    path("bruksvilkar/", include("hjemmekontakt.consent.urls")),
    path("hjelp/", told),
    path("meldinger/", told),
    path("meldinger/<int:number>/", told),
    path("meldinger/<int:number>/svar/", send),
    path("ansatt/", told),
    path("admin/", told),
]
handler404 = "hjemmekontakt.home.errors.not_found"
