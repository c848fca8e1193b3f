"""Any text that is written comes out as it went in, or is refused: nothing is cut, changed or half stored."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as texts

from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import actions, queries
from hjemmekontakt.messages.rules import SUBJECT_LIMIT, TEXT_LIMIT, Refusal, why_not_subject, why_not_text
from tests.people import an_id

ANYTHING = texts.text(alphabet=texts.characters(), max_size=60)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ANYTHING, subject=ANYTHING)
def test_any_text_in_gives_the_same_text_out_or_a_refusal(database, world, astrid, text, subject) -> None:
    database.execute("DELETE FROM reading; DELETE FROM message; DELETE FROM thread")
    why_not = why_not_subject(subject) or why_not_text(text)
    if why_not is None:
        sent = write_to_nord(astrid, world, subject, text)
        thread = queries.thread(astrid, sent.thread_id)
        assert (thread.subject, thread.messages[0].text) == (subject, text)
    else:
        with pytest.raises(Refused, check=lambda refused: refused.why is why_not):
            write_to_nord(astrid, world, subject, text)
        assert database.execute("SELECT count(*) FROM thread").fetchone() == (0,)


def write_to_nord(actor, world, subject: str, text: str):
    return actions.write_message(
        actor, service_id=world.nord_nursing, subject=subject, text=text, form_key=an_id("skjema")
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", Refusal.EMPTY),
        (" \n\t ", Refusal.EMPTY),
        ("\u200b\u2060", Refusal.EMPTY),
        ("å" * TEXT_LIMIT, None),
        ("å" * (TEXT_LIMIT + 1), Refusal.TOO_LONG),
        ("🔑" * TEXT_LIMIT, None),
        ("Hei\0du", Refusal.UNREADABLE),
        ("Hei \ud83d", Refusal.UNREADABLE),
        ("<script>alert('hei')</script>", None),
        ("'; DROP TABLE message; --", None),
    ],
)
def test_what_a_text_may_be(write, astrid, stored, text, why) -> None:
    if why is None:
        sent = write(astrid, text)
        assert queries.thread(astrid, sent.thread_id).messages[0].text == text
    else:
        with pytest.raises(Refused) as refused:
            write(astrid, text)
        assert (refused.value.why, stored()) == (why, (0, 0))


@pytest.mark.parametrize(
    ("subject", "why"),
    [
        ("  ", Refusal.SUBJECT_EMPTY),
        ("ø" * SUBJECT_LIMIT, None),
        ("ø" * (SUBJECT_LIMIT + 1), Refusal.SUBJECT_TOO_LONG),
        ("Nøkkel\0", Refusal.UNREADABLE),
    ],
)
def test_what_a_subject_may_be(write, astrid, stored, subject, why) -> None:
    if why is None:
        assert queries.thread(astrid, write(astrid, subject=subject).thread_id).subject == subject
    else:
        with pytest.raises(Refused) as refused:
            write(astrid, subject=subject)
        assert (refused.value.why, stored()) == (why, (0, 0))
