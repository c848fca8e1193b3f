"""The rows of the inbox as markup: what people write is text in them, and each row says what it should in each language."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import translation

from hjemmekontakt.messages import inbox_rows
from hjemmekontakt.messages.rules import Inbox, InboxFilter, InboxRow, Queue, ThreadState
from tests.conftest import MONDAY
from tests.people import an_id

EVIL = "<b>\"'&"


def page_of(*rows: InboxRow) -> Inbox:
    listed = InboxFilter.WAITING
    return Inbox(UUID(int=1), "Nord", False, listed, Queue(), rows, {}, (), (), (), None)


def row(**other) -> InboxRow:
    usual = {
        "id": an_id("thread"),
        "citizen_id": an_id("astrid"),
        "person_name": "Astrid Berg",
        "birth_year": 1944,
        "subject": "Nøkkelen",
        "service_name": "Hjemmesykepleie",
        "category": "medicine",
        "state": ThreadState.SENT,
        "answer_by": MONDAY + timedelta(days=2),
        "last_at": MONDAY,
        "assignee_id": None,
        "assignee_name": "",
        "in_journal": False,
        "case_kind": "",
        "urgent_words": False,
        "with_leader": False,
        "unread": True,
        "has_attachment": False,
        "from_unit_name": "",
        "transferred_by": "",
    }
    return InboxRow(**{**usual, **other})


def shown(*rows: InboxRow, here: str = "?vis=venter") -> str:
    return str(inbox_rows.rows(page_of(*rows), reader_id=an_id("mona"), here=here, now=MONDAY))


@pytest.mark.parametrize("assignee", [None, an_id("gerd")])
def test_nothing_that_anybody_has_written_is_taken_as_markup(assignee) -> None:
    texts = ("person_name", "subject", "service_name", "assignee_name", "from_unit_name", "transferred_by", "who_else")
    html = shown(row(**dict.fromkeys(texts, EVIL), assignee_id=assignee), here=f"?tjeneste={EVIL}")
    assert "<b>" not in html
    assert "\"'" not in html
    assert "&lt;b&gt;&#34;&#39;&amp;" in html


def test_a_row_says_whose_it_is_and_how_far_it_has_come() -> None:
    html = shown(row(), row(assignee_id=an_id("mona"), unread=False, state=ThreadState.OPENED, category=""))
    assert html.count("Astrid Berg, f. 1944") == 2
    assert html.count('formaction="/ansatt/meldinger/') == html.count("Ulest:") == html.count(" data-unread") == 1
    assert all(text in html for text in ("Ny<", "Åpnet<", ">Deg<", ">–<", "Medisiner, henting eller levering"))


def test_each_reader_reads_the_rows_in_her_own_language() -> None:
    with translation.override("en"):
        english = shown(row())
    assert "Ulest:" not in english
    assert "Ulest:" in shown(row())


def test_the_icons_of_the_rows_are_those_that_the_page_draws() -> None:
    everything = row(
        who_else="Gerd", one_way=True, state=ThreadState.ANSWERED, has_attachment=True, urgent_words=True, with_leader=True,
        case_kind="complaint", alarm_stage=80,
    )  # fmt: skip
    used = {part.split('"')[0] for part in shown(everything, row()).split("#tegn-")[1:]}
    assert used <= set(inbox_rows.SIGNS)
