"""The pages of the doors: logging in and out, whom one acts for, language and large letters."""

import logging
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hjemmekontakt.access.rules import Actor, Standing
from hjemmekontakt.gateways import configured, idporten
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.login import actions, coming_in, going_out, pages, sessions, under_way
from hjemmekontakt.login.middleware import COOKIE, who_is_there
from hjemmekontakt.login.rules import FRONT, LOG_IN, UNDER_WAY, DoorKind, Refusal, local_path, way_on
from hjemmekontakt.login.words import refusal_of, say
from hjemmekontakt.notifications import queries as notifications
from hjemmekontakt.people import actions as people
from hjemmekontakt.people.rules import LANGUAGES, TypeSize
from hjemmekontakt.representation import queries as representation

log = logging.getLogger(__name__)

MYSELF = "meg"
SIZES = {"on": TypeSize.LARGE, "off": TypeSize.NORMAL}


class DoorRequest(HttpRequest):
    """A request as the door hands it on; the actor is None where nobody is logged in."""

    actor: Actor | None
    session_id: UUID | None


class CitizenRequest(HttpRequest):
    """A request of a citizen who is logged in."""

    actor: Actor
    session_id: UUID


# ---- In


@require_GET
def log_in(request: DoorRequest, door: DoorKind) -> HttpResponse:
    """Logg inn: on to the identity provider, unless she is logged in here already (R1)."""
    next_path = way_on(request.GET.get("neste", ""), door=door)
    fresh = request.GET.get("fersk") == "1"
    if request.actor is not None and not fresh:
        return redirect(next_path)
    if under_way.is_one_too_many(request, door=door, now=clock.real()):
        return _refused(request, Refusal.TOO_MANY_ATTEMPTS, door=door)
    prompt = "login" if fresh or door is DoorKind.EMPLOYEE else None
    try:
        return _begin(request, door, next_path=next_path, prompt=prompt)
    except (idporten.LogInRefused, configured.NotConfigured) as problem:
        log.warning("A log-in could not begin", extra={"error": type(problem).__name__, "reason": _reason(problem)})
        return _refused(request, Refusal.PROVIDER_DOWN, door=door)


def _begin(request: HttpRequest, door: DoorKind, *, next_path: str, prompt: str | None) -> HttpResponse:
    now = clock.real()
    provider = configured.provider()
    begun = idporten.begin(settings=provider, ui_locale=get_language() or "nb", prompt=prompt, now=now)
    browser = request.COOKIES.get(settings.UNDER_WAY_COOKIE) or sessions.new_value()
    under_way.remember(begun, browser=browser, door=door, next_path=next_path, now=now)
    response = redirect(begun.url)
    pages.set_cookie(response, settings.UNDER_WAY_COOKIE, browser, lasts=int(UNDER_WAY.total_seconds()))
    return response


@require_GET
def come_back(request: HttpRequest) -> HttpResponse:
    """Back from the identity provider: every check, then in at the door where she began (R1)."""
    now = clock.real()
    browser = request.COOKIES.get(settings.UNDER_WAY_COOKIE, "")
    taken = under_way.take_up(browser, request.GET.get("state", ""), now=now) if browser else None
    if taken is None:
        log.info("A log-in came to nothing", extra={"reason": Refusal.NOT_BEGUN_HERE.value})
        return _refused(request, Refusal.NOT_BEGUN_HERE, door=DoorKind.CITIZEN)
    try:
        callback = request.GET.dict()
        who = idporten.finish(settings=configured.provider(), begun=taken.begun, callback=callback, now=now)
    except (idporten.LogInRefused, configured.NotConfigured) as problem:
        log.info("A log-in came to nothing", extra={"reason": _reason(problem), "door": taken.door.value})
        why = refusal_of(problem.why) if isinstance(problem, idporten.LogInRefused) else Refusal.PROVIDER_DOWN
        return _refused(request, why, door=taken.door)
    return _let_in(request, who, taken=taken)


def _let_in(request: HttpRequest, who: idporten.LogIn, *, taken: under_way.TakenUp) -> HttpResponse:
    cookie = COOKIE[taken.door]
    earlier = request.COOKIES.get(cookie, "")
    try:
        present, value = coming_in.let_in(taken.door, who, issuer=configured.provider().issuer, earlier=earlier)
    except Refused as refused:
        why = Refusal(refused.why)
        log.info("Somebody was not let in", extra={"reason": why.value, "door": taken.door.value})
        return _refused(request, why, door=taken.door, proof=going_out.proof_of(who.id_token))
    rotate_token(request)
    response = redirect(taken.next_path)
    pages.set_cookie(response, cookie, value)
    _carry_large_type(request, present)
    _ask_for_fresh_contact(request, present)
    return response


def _carry_large_type(request: HttpRequest, present: sessions.Present) -> None:
    """Large letters chosen in this browser before the log-in are hers afterwards (R103)."""
    chosen = request.COOKIES.get(settings.LARGE_TYPE_COOKIE) == "on"
    if chosen and present.actor.standing is Standing.SELF and not present.large_type:
        people.set_large_type(present.actor, TypeSize.LARGE)


def _ask_for_fresh_contact(request: HttpRequest, present: sessions.Present) -> None:
    """Who could not be told because the register's number and e-mail are old, is asked when she logs in (R49)."""
    if present.actor.standing is Standing.SELF and notifications.last_was_stale(present.actor):
        messages.warning(
            request,
            _(
                "Vi nådde deg ikke med det siste varselet. Nummeret og e-posten din er ikke bekreftet på 18 måneder. "
                "Se over dem under Profil og innstillinger."
            ),
        )


def _refused(request: HttpRequest, why: Refusal, *, door: DoorKind, proof: str = "") -> HttpResponse:
    again = f"{LOG_IN[door]}?fersk=1"
    ways_on = [(_("Logg inn"), again)]
    if why is Refusal.NOT_AN_EMPLOYEE:
        ways_on = [(_("Gå til inngangen for innbyggere"), "/"), (_("Logg inn som en annen"), again)]
    elif why in (Refusal.NOT_IN_THE_REGISTER, Refusal.DECEASED):
        ways_on = [(_("Gå til forsiden"), FRONT[DoorKind.CITIZEN])]
    return pages.not_let_in(request, why, ways_on=ways_on, proof=proof)


def _reason(problem: Exception) -> str:
    return problem.why.value if isinstance(problem, idporten.LogInRefused) else type(problem).__name__


# ---- Out


@require_POST
def log_out(request: DoorRequest, door: DoorKind) -> HttpResponse:
    """Logg ut: here first, then at the identity provider; also for one who was never let in (R1)."""
    proof = request.POST.get("proof", "")
    if proof:
        return _see_other(going_out.way_out(going_out.token_in(proof), door=door))
    id_token = ""
    if request.actor is not None and request.session_id is not None:
        id_token = actions.log_out(request.actor, request.session_id)
    response = _see_other(going_out.way_out(id_token, door=door))
    pages.drop_cookie(response, COOKIE[door])
    return response


def _see_other(place: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": place})


@require_GET
def logged_out(request: DoorRequest) -> HttpResponse:
    """Du er logget ut: the last page, with the way back in, and word of another door where she is still inside."""
    door = DoorKind.EMPLOYEE if request.GET.get("state") == DoorKind.EMPLOYEE else DoorKind.CITIZEN
    still_in = [each.value for each in DoorKind if who_is_there(request, each) is not None]
    pages.speak_to_nobody(request)
    return render(request, "login/logged_out.html.jinja", {"log_in": LOG_IN[door], "still_in": still_in})


@csrf_exempt
def log_out_from_provider(request: HttpRequest) -> HttpResponse:
    """ID-porten tells that somebody has logged out there: her sessions end here too, without a cookie (R1)."""
    going_out.end_where_provider_says(request.GET.get("iss"), request.GET.get("sid"))
    return HttpResponse("OK", content_type="text/plain")


# ---- Whom, in which language, how large


@require_http_methods(["GET", "HEAD", "POST"])
def switch_person(request: CitizenRequest) -> HttpResponse:
    """Bytt person: herself and all she may act for, and the one she chooses (R69)."""
    whom = request.POST.get("whom", "")
    if request.method == "POST" and whom:
        return _switch(request, whom)
    if request.method == "POST":
        return redirect("login:switch-person")
    herself = sessions.in_her_own_standing(request.actor)
    shown = {"herself": herself, "others": representation.people_i_act_for(herself), "now_for": request.actor.about_id}
    return render(request, "login/switch_person.html.jinja", shown)


def _switch(request: CitizenRequest, whom: str) -> HttpResponse:
    try:
        if whom == MYSELF:
            actions.act_for_herself(request.actor, request.session_id)
        else:
            actions.act_for(request.actor, request.session_id, giver_id=_an_id(whom))
    except Refused as refused:
        messages.warning(request, say(Refusal(refused.why)))
        return redirect("login:switch-person")
    return redirect("/")


def _an_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refused(Refusal.NOT_ON_BEHALF) from None


@require_http_methods(["GET", "HEAD", "POST"])
def language(request: DoorRequest) -> HttpResponse:
    """Språk: bokmål, nynorsk or English, kept in the browser and, when logged in, for her (R102)."""
    chosen = request.POST.get("language", "")
    if request.method != "POST" or chosen not in LANGUAGES:
        return render(request, "login/language.html.jinja", {"next_path": _back(request)})
    if request.actor is not None:
        people.set_language(sessions.in_her_own_standing(request.actor), chosen)
    response = redirect(_back(request))
    pages.set_cookie(response, settings.LANGUAGE_COOKIE_NAME, chosen, lasts=pages.YEAR)
    return response


@require_POST
def large_type(request: DoorRequest) -> HttpResponse:
    """Stor skrift: on or off, kept in the browser and, when logged in, for her (R103)."""
    chosen = "on" if request.POST.get("large") == "on" else "off"
    if request.actor is not None:
        people.set_large_type(sessions.in_her_own_standing(request.actor), SIZES[chosen])
    response = redirect(_back(request))
    pages.remember_large_type(response, chosen)
    return response


def _back(request: HttpRequest) -> str:
    return local_path(request.POST.get("next", "") or request.GET.get("next", ""), otherwise="/")
