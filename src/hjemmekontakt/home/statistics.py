"""Statistikk: how soon a unit answers and how much comes, as charts with a table beside each, and as a file (R82)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hjemmekontakt.ground import clock, phrases_of_time
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import queries as messages
from hjemmekontakt.messages import words
from hjemmekontakt.messages.rules import Cell, Figures, Outcome, Period, Share, Table
from hjemmekontakt.municipalities import queries as municipalities

PERIODS: dict[Period, str | Promise] = {
    Period.FOUR_WEEKS: gettext_lazy("Siste 4 uker"),
    Period.TWELVE_WEEKS: gettext_lazy("Siste 12 uker"),
    Period.TWELVE_MONTHS: gettext_lazy("Siste 12 måneder"),
}
OUTCOMES: dict[str, str | Promise] = {
    Outcome.AS_PROMISED: gettext_lazy("Svar innen fristen"),
    Outcome.LATE: gettext_lazy("Svar etter fristen"),
    Outcome.NO_REPLY: gettext_lazy("Trenger ikke svar"),
    Outcome.WAITING: gettext_lazy("Venter på svar"),
}
WAYS: dict[str, str | Promise] = {"here": gettext_lazy("Svar i portalen"), "phone": gettext_lazy("Svar på telefon")}
WITHOUT_CATEGORY = gettext_lazy("Uten kategori")
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table and one bar of its chart; `length` is the bar's share of the longest, in per cent."""

    label: str
    shown: str
    length: int


@dataclass(frozen=True, slots=True)
class Section:
    """One table with its chart."""

    id: str
    title: str
    about: str
    column: str
    lines: tuple[Line, ...]


@require_safe
def first(request: HttpRequest) -> HttpResponse:
    """Statistikk: that of the employee's first unit."""
    return redirect("staff:statistics", request.actor.units[0].unit_id) if request.actor.units else redirect("/ansatt/")


@require_safe
def show(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Statistikk for en enhet."""
    figures = messages.figures_of(request.actor, unit_id, period=_period(request))
    shown = {
        "unit": municipalities.unit(unit_id),
        "figures": figures,
        "periods": PERIODS,
        "key_figures": key_figures(figures),
        "sections": sections(figures) if figures.came else [],
        "when": _when(figures),
    }
    return render(request, "home/statistics.html.jinja", shown)


@require_safe
def download(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Statistikk › last ned som fil."""
    figures = messages.figures_of(request.actor, unit_id, period=_period(request))
    lines = csv_lines(figures, unit_name=municipalities.unit(unit_id).name)
    answer = HttpResponse("\ufeff" + "\r\n".join(lines) + "\r\n", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="statistikk.csv"'
    return answer


def key_figures(figures: Figures) -> list[tuple[str, str]]:
    """What stands first: how much came, how much was answered as promised, and how soon."""
    return [
        (_("Meldinger fra innbyggere"), _("1–4") if figures.came is None else str(figures.came)),
        (_("Besvart innen fristen"), say_share(figures.within)),
        (_("Halvparten fikk svar innen (median)"), say_hours(figures.median)),
        (_("Ni av ti fikk svar innen (90-persentil)"), say_hours(figures.ninetieth)),
    ]


def sections(figures: Figures) -> list[Section]:
    """The tables of the page and the file, in their order."""
    hour = _("kl. %(hour)s")
    return [
        _section(
            "utfall", _("Hva som skjedde med meldingene"), _("Utfall"), figures.outcomes, lambda c: str(OUTCOMES[c])
        ),
        _section("maate", _("Hvordan det ble svart"), _("Måte"), figures.ways, lambda c: str(WAYS[c])),
        _section("kategori", _("Meldinger etter kategori"), _("Kategori"), figures.categories, category),
        _section("ukedag", _("Meldinger etter ukedag"), _("Ukedag"), figures.weekdays, _weekday),
        _section("time", _("Meldinger etter time på døgnet"), _("Time"), figures.hours, lambda c: hour % {"hour": c}),
    ]


def category(key: str) -> str:
    """A category as the page names it."""
    return str(words.CATEGORIES.get(key, key) if key else WITHOUT_CATEGORY)


def say_share(share: Share | None) -> str:
    """A share in words: «92 %», «minst 92 %»."""
    if share is None:
        return _("for få svar til å si noe")
    if share.kind == "at-least":
        return _("minst %(percent)s %%") % {"percent": share.percent}
    if share.kind == "at-most":
        return _("høyst %(percent)s %%") % {"percent": share.percent}
    return _("%(percent)s %%") % {"percent": share.percent}


def say_hours(time: timedelta | None) -> str:
    """A working time in hours with one decimal: «3,5 timer»."""
    if time is None:
        return _("for få svar til å si noe")
    hours = f"{time.total_seconds() / 3600:.1f}"
    return _("%(hours)s timer") % {"hours": hours if get_language() == "en" else hours.replace(".", ",")}


def csv_lines(figures: Figures, *, unit_name: str) -> Iterator[str]:
    """The file's lines: one number in each, with the table and group it belongs to."""
    yield _csv_line(_("Tabell"), _("Gruppe"), _("Verdi"))
    yield _csv_line(_("Om tallene"), _("Enhet"), unit_name)
    yield _csv_line(_("Om tallene"), _("Første dag"), f"{figures.since:%d.%m.%Y}")
    yield _csv_line(_("Om tallene"), _("Siste dag"), f"{figures.until:%d.%m.%Y}")
    for name, value in key_figures(figures):
        yield _csv_line(_("Hovedtall"), name, value)
    for section in sections(figures):
        for line in section.lines:
            yield _csv_line(section.title, line.label, line.shown)


def safe_cell(text: str) -> str:
    """One cell of the file: no spreadsheet takes it for a formula, and no sign of it ends the cell.

    >>> safe_cell('=HYPERLINK("http://ond.example")')
    '"\\'=HYPERLINK(""http://ond.example"")"'
    >>> safe_cell("Nord"), safe_cell(" @SUM")
    ('"Nord"', '"\\' @SUM"')
    """
    risky = text.startswith(RISKY) or text.lstrip().startswith(RISKY)
    return '"' + ("'" if risky else "") + text.replace('"', '""') + '"'


def _csv_line(*cells: str) -> str:
    return ";".join(safe_cell(cell) for cell in cells)


def _section(id: str, title: str, column: str, table: Table, name: Callable[[str], str]) -> Section:
    hidden = _("1–4, eller skjult") if table.others_hidden else _("1–4")
    lines = tuple(_line(cell, name(cell.key), hidden, highest=table.highest) for cell in table.cells)
    parts = [f"{line.label}: {line.shown}" for line in lines]
    return Section(id, title, "; ".join(parts), column, lines)


def _line(cell: Cell, label: str, hidden: str, *, highest: int) -> Line:
    if cell.count is None:
        return Line(label, hidden, 0)
    return Line(label, str(cell.count), round(100 * cell.count / highest) if highest else 0)


def _weekday(number: str) -> str:
    words = phrases_of_time.LANGUAGES.get(get_language() or "nb", phrases_of_time.BOKMAAL)
    return phrases_of_time.opening(words.weekdays[int(number)])


def _period(request: HttpRequest) -> Period:
    wanted = request.GET.get("periode", "")
    return Period(wanted) if wanted in set(Period) else Period.FOUR_WEEKS


def _when(figures: Figures) -> str:
    language, today = get_language() or "nb", day_of(clock.now())
    days = {
        "first": phrases_of_time.calendar_date(figures.since, today=today, language=language),
        "last": phrases_of_time.calendar_date(figures.until, today=today, language=language),
    }
    return _("Fra %(first)s til %(last)s") % days
