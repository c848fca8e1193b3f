"""Kommunetjenester: where the service is open, for everybody to read, people and machines (R89)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from hjemmekontakt.ground import clock, phrases_of_time
from hjemmekontakt.ground.workdays import OSLO, day_of
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import Function, MunicipalityView, ServiceView, UnitView
from hjemmekontakt.people.rules import sort_key

PORTION, MOST = 20, 400
JSON = "application/json"

SHOWN = (Function.MESSAGES, Function.VISITS, Function.CANCEL, Function.NOTICES)


@dataclass(frozen=True, slots=True)
class Found:
    """The municipalities that a search gives, as many as are shown, and how many there are."""

    shown: tuple[MunicipalityView, ...]
    total: int


@require_GET
@vary_on_headers("Accept", "Accept-Language")
def listing(request: HttpRequest) -> HttpResponse:
    """Kommunetjenester, as a page or as JSON."""
    words = " ".join(request.GET.get("sok", "").replace("\0", "").split())[:60]
    count = _number(request.GET.get("antall", ""), least=PORTION)
    if request.get_preferred_type(["text/html", JSON]) == JSON:
        return _as_json(words, first=_number(request.GET.get("fra", ""), least=0), count=count)
    found = search(words, first=0, count=count)
    more = f"?{urlencode({'sok': words, 'antall': count + PORTION})}#k{count + 1}" if found.total > count else ""
    shown = [_card(each) for each in found.shown]
    context = {"words": words, "municipalities": shown, "total": found.total, "more": more}
    return render(request, "home/overview.html.jinja", context)


def search(words: str, *, first: int, count: int) -> Found:
    """The municipalities with these words in their own, a district's or a unit's name, in Norwegian order."""
    named = sorted(municipalities.municipalities_named(words), key=lambda each: sort_key(each[1]))
    ids = [id for id, _name in named[first : first + count]]
    return Found(shown=tuple(municipalities.overview_of(ids)), total=len(named))


def _as_json(words: str, *, first: int, count: int) -> JsonResponse:
    found = search(words, first=first, count=count)
    following = {"sok": words, "fra": first + count, "antall": count}
    body = {
        "total": found.total,
        "municipalities": [_municipality_as_json(each) for each in found.shown],
        "next": f"/kommunetjenester/?{urlencode(following)}" if first + count < found.total else None,
    }
    response = JsonResponse(body, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "public, max-age=300"
    return response


def _municipality_as_json(view: MunicipalityView) -> dict[str, Any]:
    return {
        "number": view.number,
        "name": view.name,
        "phone": view.phone,
        "services": [
            {
                "name": service.name,
                "district": service.unit.district_name,
                "unit": service.unit.name,
                "phone": service.unit.phone,
                "hours": {"opens": f"{service.unit.opens_at:%H:%M}", "closes": f"{service.unit.closes_at:%H:%M}"},
                "open_from": {function.value: _iso(_since(service, function)) for function in Function},
            }
            for service in view.services
        ],
    }


def _card(view: MunicipalityView) -> dict[str, Any]:
    today = day_of(clock.now())
    return {"name": view.name, "phone": view.phone, "units": list(_units(view.services, today=today))}


def _units(services: Iterable[ServiceView], *, today: date) -> Iterable[dict[str, Any]]:
    by_unit: dict[UnitView, list[ServiceView]] = {}
    for service in services:
        by_unit.setdefault(service.unit, []).append(service)
    language = get_language() or "nb"
    for unit, given in by_unit.items():
        opens, closes = (datetime.combine(today, hour, tzinfo=OSLO) for hour in (unit.opens_at, unit.closes_at))
        hours = phrases_of_time.window(opens, closes, language=language)
        yield {
            "name": unit.name,
            "district": unit.district_name,
            "phone": unit.phone,
            "hours": _("Mandag til fredag %(hours)s") % {"hours": hours},
            "rows": [[each.name, *(_status(_since(each, one), today=today) for one in SHOWN)] for each in given],
        }


def _since(service: ServiceView, function: Function) -> date | None:
    since: date | None = getattr(service, f"{function.value}_from")
    return since


def _status(since: date | None, *, today: date) -> str:
    if since is None:
        return _("Ikke åpnet ennå")
    if since <= today:
        return _("Åpent")
    said = phrases_of_time.calendar_date(since, today=today, language=get_language() or "nb")
    return _("Åpner %(day)s") % {"day": said}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _number(text: str, *, least: int) -> int:
    return min(max(int(text), least), MOST) if text.isascii() and text.isdigit() and len(text) < 5 else least
