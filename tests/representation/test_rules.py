"""What must hold for every set of rights, every day and every draft."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from hjemmekontakt.access.rules import Right
from hjemmekontakt.people.rules import Person, Protection
from hjemmekontakt.representation import giving, rules
from hjemmekontakt.representation.giving import Draft
from tests.people import an_id

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
TODAY = date(2026, 3, 2)
rights = some.frozensets(some.sampled_from(Right))
persons = some.builds(
    Person,
    id=some.just(UUID(int=1)),
    given_name=some.just("Astrid"),
    family_name=some.just("Berg"),
    birth_date=some.none() | some.dates(date(1900, 1, 1), TODAY),
    protection=some.sampled_from(Protection),
    deceased_on=some.none() | some.dates(date(2020, 1, 1), TODAY),
    language=some.just("nb"),
)


@given(rights)
def test_rights_are_whole_exactly_when_no_act_lacks_its_sight(chosen: frozenset[Right]) -> None:
    whole = (
        bool(chosen)
        and (Right.CANCEL not in chosen or Right.SEE_VISITS in chosen)
        and (Right.WRITE not in chosen or Right.READ in chosen)
    )
    assert (rules.why_not_rights(chosen) is None) == whole


@given(persons)
def test_who_cannot_receive_is_refused_by_one_word_alone(person: Person) -> None:
    assert rules.why_not_receive(person, today=TODAY) in (None, rules.Refusal.RECEIVER_CANNOT)


@given(persons, persons, some.none() | some.dates(date(2026, 1, 1), date(2027, 1, 1)))
def test_what_may_be_given_and_received_today_does_not_end_tonight(
    giver: Person, receiver: Person, ends_on: date | None
) -> None:
    possible = not (
        rules.why_not_give(giver, today=TODAY)
        or rules.why_not_receive(receiver, today=TODAY)
        or rules.why_not_until(ends_on, today=TODAY)
    )
    ends = rules.why_it_ends(
        rules.State.ACTIVE,
        giver=giver,
        receiver=receiver,
        offered_at=NOW - timedelta(days=1),
        ends_on=ends_on,
        now=NOW,
        today=TODAY,
    )
    assert not (possible and ends)


@given(rights, some.sampled_from(["", "open", "date"]), some.none() | some.dates(), some.integers(0, 10**11 - 1))
def test_a_sealed_draft_opens_as_it_was_for_its_writer_alone(chosen, until, ends_on, number) -> None:
    draft = Draft(f"{number:011d}", chosen, until, ends_on)
    sealed = giving.sealed(draft, of=an_id("astrid"))
    assert giving.opened(sealed, of=an_id("astrid")) == draft
    assert giving.opened(sealed, of=an_id("siri")) is None
    assert f"{number:011d}" not in sealed


@given(some.text())
def test_whatever_is_sent_instead_of_a_draft_is_none(text: str) -> None:
    assert giving.opened(text, of=an_id("astrid")) is None
