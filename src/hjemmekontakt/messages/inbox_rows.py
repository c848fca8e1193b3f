"""The rows of the unit's inbox as markup, by plain functions: it is the longest list of all, opened all day long."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.utils.translation import get_language, gettext
from markupsafe import Markup, escape

from hjemmekontakt.messages import words
from hjemmekontakt.messages.rules import Inbox, InboxRow, ThreadState

BASE: Final = "/ansatt/meldinger/"
SIGNS: Final = ("danger", "warning", "neutral", "clock", "check", "message", "people", "note")
"""The icons that the rows use; the page draws them once (`drawn` in `kit/icons.html.jinja`)."""
SIGN_OF: Final = {"info": "clock", "success": "check"}


@dataclass(frozen=True, slots=True)
class Said:
    """What many rows say alike, in one language, as markup."""

    columns: tuple[Markup, ...]
    states: Mapping[str, str]
    cases: Mapping[str, str]
    categories: Mapping[str, str]
    alarms: Mapping[int, str]
    born: str
    unread: str
    file: str
    urgent: str
    you: str
    take: str
    nobody: str
    in_journal: str
    with_leader: str
    broadcast: str


def columns() -> tuple[Markup, ...]:
    """The headings of the table, which each cell has with it for narrow screens."""
    return _said(get_language() or "nb").columns


def rows(inbox: Inbox, *, reader_id: UUID, here: str, now: datetime) -> Markup:
    """All rows of a page of the inbox; `here` is its query, which «Ta» leads back to. What people write is escaped."""
    said = _said(get_language() or "nb")
    deadlines = {
        moment: tag(kind, text)
        for moment, (kind, text) in words.deadlines((row.answer_by for row in inbox.rows), now=now).items()
    }
    query = str(escape(here))
    return Markup("\n".join([_row(row, said, deadlines, reader_id, query) for row in inbox.rows]))  # noqa: S704


def tag(kind: str, text: str, sign: str = "") -> str:
    """A status as the table shows it: words and an icon, never colour alone."""
    return f'<span class="ds-tag" data-color="{kind}">{_sign(sign or SIGN_OF.get(kind, kind))}{escape(text)}</span>'


def _row(row: InboxRow, said: Said, deadlines: Mapping[datetime, str], reader_id: UUID, here: str) -> str:
    """One row; each text of somebody's goes through `escape`."""
    subject, address = escape(row.subject), f"{BASE}{row.id}"
    deadline, person, _, category, assigned, status = said.columns
    alarm = said.alarms.get(row.alarm_stage, "") if row.answer_by else ""
    name = said.born % {"name": row.person_name, "year": row.birth_year} if row.birth_year else row.person_name
    return (
        f'<tr role="row"{" data-unread" if row.unread else ""}>'
        f'<td role="cell" data-column="{deadline}">{deadlines[row.answer_by] if row.answer_by else "–"}{alarm}</td>'
        f'<td role="cell" data-column="{person}">{escape(name)}</td>'
        f'<th scope="row" role="rowheader">{said.unread if row.unread else ""}'
        f'<a class="ds-link" href="{address}/">{subject}</a>'
        f"{said.file if row.has_attachment else ''}{said.urgent if row.urgent_words else ''}{_others(row)}"
        f'<span class="hk-muted hk-small hk-line">{escape(row.service_name)}</span></th>'
        f'<td role="cell" data-column="{category}">{said.categories.get(row.category, "–")}</td>'
        f'<td role="cell" data-column="{assigned}">{_assigned(row, said, reader_id, subject, f"{address}/ta/{here}")}'
        f"{said.with_leader if row.with_leader else ''}</td>"
        f'<td role="cell" data-column="{status}">'
        f"{said.broadcast if row.one_way and row.state is ThreadState.ANSWERED else said.states[row.state]}"
        f"{said.cases[row.case_kind] if row.case_kind else ''}</td></tr>"
    )


def _others(row: InboxRow) -> str:
    """Who else has it open, and from where it came."""
    lines = ""
    if row.who_else:
        text = gettext("%(names)s ser på den") % {"names": row.who_else}
        lines += _line(tag("warning", text, "people"))
    if row.from_unit_name:
        names = {"unit": row.from_unit_name, "who": row.transferred_by}
        text = gettext("Overført fra %(unit)s av %(who)s") % names
        lines += f'<span class="hk-muted hk-small hk-line">{escape(text)}</span>'
    return lines


def _assigned(row: InboxRow, said: Said, reader_id: UUID, subject: Markup, take: str) -> str:
    """Who has it, or the button by which the reader takes it."""
    if row.assignee_id:
        return said.you if row.assignee_id == reader_id else escape(row.assignee_name)
    if row.in_journal:
        return said.in_journal
    if not row.answer_by and row.state is not ThreadState.AS_CASE:
        return said.nobody
    return (
        f'<button class="ds-button" data-variant="secondary" data-size="sm" type="submit" form="ta" formaction="{take}">'
        f'<span data-label>{said.take}</span><span class="ds-sr-only"> {subject}</span></button>'
    )


@lru_cache(maxsize=8)
def _said(language: str) -> Said:
    """Made once for each language, while it is the one in use."""
    _ = gettext
    headings = (_("Frist"), _("Person"), _("Emne"), _("Kategori"), _("Tildelt"), _("Status"))
    return Said(
        columns=tuple(escape(each) for each in headings),
        states={state.value: tag(words.KINDS[state], str(text)) for state, text in words.STATES_AT_WORK.items()},
        cases={kind: f" {tag('info', str(text))}" for kind, text in words.CASES.items()},
        categories={category: escape(str(text)) for category, text in words.CATEGORIES.items()},
        alarms={stage: _line(tag(kind, words.alarm(stage))) for stage, kind in ((50, "neutral"), (80, "warning"))},
        born=words.born(),
        unread=_hidden(_("Ulest:")) + " ",
        file=" " + _sign("note") + _hidden(_("Har vedlegg")),
        urgent=" " + tag("warning", _("Haster?")),
        you=escape(_("Deg")),
        take=escape(_("Ta")),
        nobody=_muted(_("Ingen")),
        in_journal=_muted(_("Svares i journalen")),
        with_leader=_line(tag("warning", _("Hos teamleder"))),
        broadcast=tag("info", _("Utsending"), "message"),
    )


def _sign(name: str) -> str:
    return f'<svg class="hk-icon" aria-hidden="true"><use href="#tegn-{name}"/></svg>'


def _line(markup: str) -> str:
    return f'<span class="hk-line">{markup}</span>'


def _muted(text: str) -> str:
    return f'<span class="hk-muted">{escape(text)}</span>'


def _hidden(text: str) -> str:
    return f'<span class="ds-sr-only">{escape(text)}</span>'
