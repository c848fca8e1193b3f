"""Who may read, write, list and answer: every person of the demo against every act; and what the log then says."""

from dataclasses import replace
from datetime import date

import pytest

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.access.rules import Right, Role
from hjemmekontakt.messages import actions, queries
from hjemmekontakt.messages.rules import InboxFilter
from tests.people import an_id, at_work, on_behalf

FAR, NEAR, LET_IN = "404", "403", "let in"


@pytest.fixture
def persons(world, astrid, jonas, jonas_for_astrid, siri, einar, mona, per, kari, journal):
    """Everybody who may come, in each standing."""
    nord = {"municipality": world.tunvik, "unit": world.nord, "unit_name": "Hjemmetjenesten Nord"}
    astrids = {"of": "astrid", "of_name": "Astrid Berg"}
    return {
        "astrid": astrid,
        "jonas himself": jonas,
        "jonas for astrid": jonas_for_astrid,
        "jonas who may read": on_behalf("jonas", "Jonas Berg", **astrids, rights=frozenset({Right.READ})),
        "jonas who may write": on_behalf("jonas", "Jonas Berg", **astrids, rights=frozenset({Right.WRITE})),
        "jonas who sees visits": on_behalf("jonas", "Jonas Berg", **astrids, rights=frozenset({Right.SEE_VISITS})),
        "siri": siri,
        "einar": einar,
        "mona": mona,
        "mona, astrid's daughter": replace(mona, family=frozenset({an_id("astrid")})),
        "gerd": at_work("gerd", "Gerd Vik", **nord, role=Role.TEAM_LEADER),
        "liv": at_work("liv", "Liv Krogh", **nord, role=Role.ADMINISTRATOR),
        "per": per,
        "kari": kari,
        "the journal": journal,
    }


DEEDS = {
    "read": lambda actor, thread: queries.thread(actor, thread),
    "write": lambda actor, thread: actions.reply(actor, thread, text="Hei.", form_key=an_id("reply")),
    "open": lambda actor, thread: queries.staff_thread(actor, thread),
    "answer": lambda actor, thread: actions.answer(
        actor, thread, text="Hei.", form_key=an_id("answer"), seen_message_id=an_id("first")
    ),
}

WHO_MAY = {
    "astrid": {"read": LET_IN, "write": LET_IN, "open": NEAR, "answer": NEAR},
    "jonas himself": {"read": FAR, "write": FAR},
    "jonas for astrid": {"read": LET_IN, "write": LET_IN, "open": NEAR, "answer": NEAR},
    "jonas who may read": {"read": LET_IN, "write": NEAR},
    "jonas who may write": {"read": NEAR, "write": LET_IN},
    "jonas who sees visits": {"read": NEAR, "write": NEAR},
    "siri": {"read": FAR, "write": FAR},
    "einar": {"read": FAR, "write": FAR},
    "mona": {"read": NEAR, "write": NEAR, "open": LET_IN, "answer": LET_IN},
    "mona, astrid's daughter": {"open": NEAR, "answer": NEAR},
    "gerd": {"open": LET_IN, "answer": LET_IN},
    "liv": {"open": NEAR, "answer": NEAR},
    "per": {"open": FAR, "answer": FAR},
    "kari": {"open": FAR, "answer": FAR},
}


@pytest.mark.parametrize(("who", "deed"), [(who, deed) for who, deeds in WHO_MAY.items() for deed in deeds])
def test_who_may_do_what_with_astrids_thread(persons, write, astrid, database, who, deed) -> None:
    sent = write(astrid)
    database.execute("UPDATE message SET id = %s WHERE id = %s", [an_id("first"), sent.message_id])
    assert outcome(persons[who], deed, sent.thread_id) == WHO_MAY[who][deed]


def outcome(actor, deed: str, thread) -> str:
    try:
        DEEDS[deed](actor, thread)
    except Denied as denied:
        return NEAR if denied.near else FAR
    return LET_IN


def test_a_refused_reading_changes_nothing_and_is_written_down(write, astrid, per, database, log_of, stored) -> None:
    sent = write(astrid)
    for deed in DEEDS.values():
        with pytest.raises(Denied):
            deed(per, sent.thread_id)
    assert stored() == (1, 1)
    assert database.execute("SELECT count(*) FROM reading").fetchone() == (0,)
    assert ("read-thread-as-staff", "not-in-the-unit", "Per Sand") in log_of("astrid")


def test_when_the_help_has_ended_mona_no_longer_reaches_the_thread(write, astrid, mona, database, world, at) -> None:
    sent = write(astrid)
    database.execute("UPDATE decision SET ends_on = %s WHERE citizen_id = %s", [date(2026, 3, 2), an_id("astrid")])
    assert outcome(mona, "open", sent.thread_id) == LET_IN
    at("tuesday 08:00")
    assert outcome(mona, "open", sent.thread_id) == NEAR
    assert queries.inbox(mona, world.nord).rows == ()


def test_a_decision_on_another_service_of_the_unit_is_not_enough(write, astrid, mona, database, world, at) -> None:
    sent = write(astrid)
    world.decision("astrid", world.tunvik, world.nord, world.nord_cleaning)
    database.execute(
        "UPDATE decision SET ends_on = %s WHERE citizen_id = %s AND service_id = %s",
        [date(2026, 3, 2), an_id("astrid"), world.nord_nursing],
    )
    at("tuesday 08:00")
    assert outcome(mona, "open", sent.thread_id) == NEAR
    inbox = queries.inbox(mona, world.nord, filter=InboxFilter.ALL)
    assert (inbox.rows, inbox.counts[InboxFilter.WAITING]) == ((), 0)


def test_one_with_a_confidential_address_stands_in_no_inbox_and_in_no_count(write, world, mona, database) -> None:
    from tests.people import herself

    world.decision("nils", world.tunvik, world.nord, world.nord_nursing)
    world.activation("nils")
    sent = write(herself("nils", "Nils Foss"))
    for shown in InboxFilter:
        inbox = queries.inbox(mona, world.nord, filter=shown)
        assert (inbox.rows, set(inbox.counts.values())) == ((), {0})
    assert outcome(mona, "open", sent.thread_id) == FAR


def test_a_confidential_address_hides_the_units_name_from_the_pages(write, world) -> None:
    from tests.people import herself

    world.decision("nils", world.tunvik, world.nord, world.nord_nursing)
    world.activation("nils")
    nils = herself("nils", "Nils Foss")
    sent = write(nils)
    assert queries.thread(nils, sent.thread_id).service.unit.name == "hjemmetjenesten"
    assert [row.unit_name for row in queries.threads_of(nils).rows] == ["hjemmetjenesten"]
    assert queries.before_writing(nils).chosen.service.unit.name == "hjemmetjenesten"


def test_monas_own_mother_stands_neither_in_her_inbox_nor_in_her_counts(write, astrid, mona, world) -> None:
    write(astrid)
    daughter = replace(mona, family=frozenset({an_id("astrid")}))
    inbox = queries.inbox(daughter, world.nord)
    assert (inbox.rows, inbox.counts[InboxFilter.WAITING]) == ((), 0)
    assert len(queries.inbox(mona, world.nord).rows) == 1


@pytest.mark.parametrize(
    ("who", "let_in"),
    [
        ("mona", True),
        ("gerd", True),
        ("liv", False),
        ("per", False),
        ("kari", False),
        ("astrid", False),
        ("siri", False),
    ],
)
def test_the_inbox_of_nord_is_for_those_who_care_there(persons, world, who, let_in) -> None:
    if let_in:
        assert queries.inbox(persons[who], world.nord).unit_name == "Hjemmetjenesten Nord"
    else:
        with pytest.raises(Denied):
            queries.inbox(persons[who], world.nord)


def test_the_list_of_threads_is_astrids_and_her_readers_alone(persons, write, astrid) -> None:
    write(astrid)
    seen = {who: len(queries.threads_of(persons[who]).rows) for who in ("siri", "jonas himself", "jonas for astrid")}
    assert seen == {"siri": 0, "jonas himself": 0, "jonas for astrid": 1}
    with pytest.raises(Denied) as denied:
        queries.threads_of(persons["jonas who sees visits"])
    assert denied.value.near


def test_jonas_for_astrid_does_not_see_his_own_threads(write, jonas, jonas_for_astrid, world) -> None:
    world.decision("jonas", world.tunvik, world.nord, world.nord_nursing)
    world.activation("jonas")
    his = write(jonas)
    assert queries.threads_of(jonas_for_astrid).rows == ()
    with pytest.raises(Denied):
        queries.thread(jonas_for_astrid, his.thread_id)


def test_each_act_leaves_its_line_in_astrids_log(write, answer, astrid, mona, world, log_of) -> None:
    sent = write(astrid)
    queries.inbox(mona, world.nord)
    queries.inbox(mona, world.nord)
    answer(mona, sent.thread_id)
    queries.thread(astrid, sent.thread_id)
    assert log_of("astrid") == [
        ("write-message", "done", "Astrid Berg"),
        ("see-inbox", "done", "Mona Lie"),
        ("read-thread-as-staff", "done", "Mona Lie"),
        ("answer-message", "done", "Mona Lie"),
        ("read-thread", "done", "Astrid Berg"),
    ]


def test_the_inbox_sorts_by_the_promise_and_pages_without_gap(write, astrid, einar, mona, world, at) -> None:
    world.activation("einar")
    at("tuesday 09:00")
    late = write(einar, key="e").thread_id
    at("monday 10:00")
    first = write(astrid, key="a").thread_id
    at("monday 11:00")
    second = write(astrid, key="b").thread_id
    at("tuesday 10:00")
    page = queries.inbox(mona, world.nord, limit=2)
    assert [row.id for row in page.rows] == [first, second]
    rest = queries.inbox(mona, world.nord, after=page.following, limit=2)
    assert ([row.id for row in rest.rows], rest.following) == ([late], None)
    newest = queries.inbox(mona, world.nord, filter=InboxFilter.ALL, limit=2)
    assert [row.id for row in newest.rows] == [late, second]
    (oldest,) = queries.inbox(mona, world.nord, filter=InboxFilter.ALL, after=newest.following, limit=2).rows
    assert oldest.id == first


def test_the_counts_agree_with_the_lists(write, answer, astrid, einar, mona, world) -> None:
    world.activation("einar")
    queries.staff_thread(mona, write(astrid, key="a").thread_id)
    write(einar, key="b")
    answer(mona, write(astrid, key="c").thread_id)
    counts = queries.inbox(mona, world.nord).counts
    assert (counts[InboxFilter.NEW], counts[InboxFilter.WAITING]) == (1, 2)
    for shown, count in counts.items():
        assert len(queries.inbox(mona, world.nord, filter=shown).rows) == count
    assert len(queries.inbox(mona, world.nord, filter=InboxFilter.WITH_CITIZEN).rows) == 1
