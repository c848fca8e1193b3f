"""The inbox: what it shows and counts is exactly what the reader may open, whatever there is, and quickly."""

import re
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.access.rules import Role
from hjemmekontakt.ground.statements import fetch
from hjemmekontakt.messages import actions, queries
from hjemmekontakt.messages.rules import InboxFilter, Queue
from tests.conftest import MONDAY
from tests.doors import client_of
from tests.pages import text_of
from tests.people import an_id, at_work

COUNTED = (InboxFilter.NEW, InboxFilter.MINE, InboxFilter.WAITING, InboxFilter.LEADER, InboxFilter.CASES)


@pytest.fixture
def gerd(world):
    nord = {"municipality": world.tunvik, "unit": world.nord, "unit_name": "Hjemmetjenesten Nord"}
    return at_work("gerd", "Gerd Vik", **nord, role=Role.TEAM_LEADER)


def everything_in(actor, unit, shown: InboxFilter, queue: Queue = Queue()) -> list[UUID]:  # noqa: B008 - frozen
    """The whole list, read page by page."""
    found, after = [], None
    while True:
        page = queries.inbox(actor, unit, filter=shown, queue=queue, after=after, limit=3)
        found += [row.id for row in page.rows]
        after = page.following
        if after is None:
            return found


threads = st.fixed_dictionaries(
    {
        "who": st.sampled_from(["astrid", "einar", "nils", "siri"]),
        "unit": st.sampled_from(["nord", "nord", "sor"]),
        "service": st.sampled_from(["nursing", "cleaning"]),
        "state": st.sampled_from(["sent", "failed", "received", "opened", "answered", "no-reply", "closed", "as-case"]),
        "waits": st.booleans(),
        "assignee": st.sampled_from([None, "mona", "gerd"]),
        "with_leader": st.booleans(),
        "one_way": st.booleans(),
        "category": st.sampled_from(["", "medicine", "other"]),
        "hour": st.integers(0, 3),
    }
)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(threads, max_size=12), st.sampled_from([None, "einar"]))
def test_the_lists_and_counts_are_what_one_would_count_by_hand(database, world, mona, given_threads, family) -> None:
    for table in ("thread", "decision"):
        database.execute(f"DELETE FROM {table}")
    helped = {("astrid", "nursing"), ("einar", "nursing"), ("einar", "cleaning"), ("nils", "nursing")}
    for who, service in helped:
        id = {"nursing": world.nord_nursing, "cleaning": world.nord_cleaning}[service]
        world.decision(who, world.tunvik, world.nord, id)
    database.execute("UPDATE decision SET zone = 'Sone 3' WHERE citizen_id = %s", [an_id("astrid")])
    ended = "UPDATE decision SET ends_on = %s WHERE service_id = %s"
    database.execute(ended, [date(2026, 3, 1), world.nord_cleaning])
    for number, each in enumerate(given_threads):
        put(world, number, **each)

    reader = replace(mona, family=frozenset({an_id(family)}) if family else frozenset())

    def may_open(each) -> bool:
        hers = each["unit"] == "nord" and each["service"] == "nursing" and each["who"] in ("astrid", "einar")
        return hers and each["who"] != family

    def is_in(shown: InboxFilter, each) -> bool:
        waits = each["waits"] and each["state"] != "as-case"
        return {
            InboxFilter.NEW: waits and each["state"] in ("sent", "failed", "received"),
            InboxFilter.MINE: waits and each["assignee"] == "mona",
            InboxFilter.WAITING: waits,
            InboxFilter.LEADER: each["with_leader"] and (waits or each["state"] == "as-case"),
            InboxFilter.CASES: each["state"] == "as-case",
            InboxFilter.WITH_CITIZEN: not waits and each["state"] == "answered" and not each["one_way"],
            InboxFilter.ALL: True,
        }[shown]

    for queue in (Queue(), Queue(category="medicine"), Queue(zone="Sone 3"), Queue(service="15", category="other")):
        counts = queries.inbox(reader, world.nord, queue=queue).counts
        for shown in InboxFilter:
            by_hand = {
                an_id(f"thread {number}")
                for number, each in enumerate(given_threads)
                if may_open(each)
                and is_in(shown, each)
                and queue.category in (None, each["category"])
                and queue.zone in (None, "Sone 3" if each["who"] == "astrid" else "")
            }
            listed = everything_in(reader, world.nord, shown, queue)
            assert (len(listed), set(listed)) == (len(by_hand), by_hand)
            if shown in COUNTED:
                assert counts[shown] == len(by_hand)


def put(
    world, number: int, *, who, unit, service, state, waits, assignee, with_leader, one_way, category, hour
) -> None:
    services = {
        ("nord", "nursing"): world.nord_nursing,
        ("nord", "cleaning"): world.nord_cleaning,
        ("sor", "nursing"): world.sor_nursing,
        ("sor", "cleaning"): world.sor_nursing,
    }
    at = MONDAY + timedelta(hours=hour)
    world.insert(
        "thread",
        id=an_id(f"thread {number}"),
        citizen_id=an_id(who),
        municipality_id=world.tunvik,
        unit_id=getattr(world, unit),
        service_id=services[unit, service],
        subject=f"Emne {number}",
        category=category,
        state=state,
        case_kind="complaint" if state == "as-case" else "",
        one_way=one_way,
        answer_by=at + timedelta(days=1) if waits and state != "as-case" else None,
        assignee_id=an_id(assignee) if assignee else None,
        assignee_name=assignee or "",
        with_leader=with_leader,
        last_place=1,
        citizen_place=1,
        started_at=at,
        last_message_at=at,
    )


def test_whom_a_page_shows_is_written_down_and_nobody_on_the_next_one(
    write, astrid, einar, mona, world, database
) -> None:
    world.activation("einar")
    write(astrid, key="a")
    write(einar, key="b")
    lines = (
        "SELECT citizen_id, about_kind, about_id, in_list, epoch FROM access_entry WHERE act = 'see-inbox' ORDER BY id"
    )
    first = queries.inbox(mona, world.nord, limit=1)
    (shown,) = [row.citizen_id for row in first.rows]
    hers = (shown, "unit", world.nord, True, 1)
    assert database.execute(lines).fetchall() == [hers]
    queries.inbox(mona, world.nord, limit=1)
    queries.inbox(mona, world.nord, after=first.following, limit=1)
    (the_other,) = {an_id("astrid"), an_id("einar")} - {shown}
    assert database.execute(lines).fetchall() == [hers, (the_other, *hers[1:])]


def test_what_is_shown_is_exactly_what_opens(write, astrid, einar, mona, world, database) -> None:
    world.activation("einar")
    mine = [write(astrid, key="a").thread_id, write(einar, key="b").thread_id]
    world.decision("einar", world.tunvik, world.sor, world.sor_nursing)
    database.execute("UPDATE decision SET ends_on = '2026-03-01' WHERE citizen_id = %s", [an_id("einar")])
    shown = {row.id for row in queries.inbox(mona, world.nord, filter=InboxFilter.ALL).rows}
    for thread in mine:
        try:
            queries.staff_thread(mona, thread)
        except Denied:
            assert thread not in shown
        else:
            assert thread in shown
    assert shown == {mine[0]}


def test_unread_is_the_readers_own_and_until_the_citizen_writes_again(write, astrid, mona, gerd, world) -> None:
    sent = write(astrid)

    def unread(actor) -> bool:
        return queries.inbox(actor, world.nord).rows[0].unread

    assert unread(mona)
    queries.staff_thread(mona, sent.thread_id)
    assert (unread(mona), unread(gerd)) == (False, True)
    actions.reply(astrid, sent.thread_id, text="Hallo?", form_key=an_id("skjema 2"))
    assert unread(mona)


def test_the_queues_are_those_that_hold_something(write, astrid, mona, world, database) -> None:
    for key, category in (("a", "medicine"), ("b", "other"), ("c", "other")):
        sent = write(astrid, key=key)
        database.execute("UPDATE thread SET category = %s WHERE id = %s", [category, sent.thread_id])
    inbox = queries.inbox(mona, world.nord)
    assert [(each.code, each.count) for each in inbox.categories] == [("medicine", 1), ("other", 2)]
    assert [(each.name, each.count) for each in inbox.services] == [("Hjemmesykepleie", 3)]
    narrowed = queries.inbox(mona, world.nord, queue=Queue(category="other"))
    assert (len(narrowed.rows), narrowed.counts[InboxFilter.WAITING]) == (2, 2)
    assert [(each.code, each.count) for each in narrowed.categories] == [("medicine", 1), ("other", 2)]


# ── As a page ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_says_who_waits_for_what_and_lets_her_take_it(write, astrid, world, database) -> None:
    sent = write(astrid)
    database.execute("UPDATE thread SET category = 'medicine', urgent_words = true")
    browser = client_of("mona", employee=True)
    page = browser.get(f"/ansatt/innboks/{world.nord}/?vis=nye")
    words = text_of(page)
    for said in ("Nye (1)", "Mine (0)", "Venter på oss (1)", "Venter på innbygger", "Alle", "Ulest: Nøkkel", "Haster?"):
        assert said in words
    assert "Astrid Berg, f. 1944" in words
    assert "Medisiner" in words
    assert "Hos teamleder" not in words
    action = re.search(r'action="(/ansatt/meldinger/[^"]+/ta/[^"]*)"', page.content.decode())[1]
    assert "Berg" not in action
    taken = browser.post(action.replace("&amp;", "&"), {"unit_id": world.nord}, follow=True)
    assert taken.redirect_chain[-1][0] == f"/ansatt/innboks/{world.nord}/?vis=nye"
    assert "Du har tatt samtalen." in text_of(taken)
    assert "Mine (1)" in text_of(taken)
    assert queries.inbox.is_intent
    assert database.execute("SELECT assignee_id FROM thread WHERE id = %s", [sent.thread_id]).fetchone() == (
        an_id("mona"),
    )


def test_the_page_says_how_near_the_promise_is_and_what_is_a_broadcast(write, astrid, world, database) -> None:
    thread = write(astrid).thread_id
    database.execute("UPDATE thread SET alarm_stage = 80, with_leader = true")
    browser = client_of("mona", employee=True)
    words = text_of(browser.get(f"/ansatt/innboks/{world.nord}/"))
    assert "80 % av svartiden er brukt" in words
    assert "Hos teamleder" in words
    database.execute("UPDATE thread SET state = 'answered', answer_by = NULL, one_way = true, broadcast_id = id")
    for shown, expected in (("venter", False), ("innbygger", False), ("alle", True)):
        row = re.search(
            r"<tbody.+</tbody>", browser.get(f"/ansatt/innboks/{world.nord}/?vis={shown}").content.decode(), re.S
        )
        assert (row is not None and "Utsending" in row[0] and "Besvart" not in row[0]) is expected, shown
    opened = browser.get(f"/ansatt/meldinger/{thread}/")
    assert "Innbyggeren kan ikke svare på denne meldingen." in text_of(opened)
    assert f"/ansatt/meldinger/{thread}/svar/" not in opened.content.decode()


def test_the_leader_has_a_list_of_her_own(write, astrid, world, database) -> None:
    write(astrid)
    database.execute("UPDATE thread SET with_leader = true")
    page = text_of(client_of("gerd", employee=True).get(f"/ansatt/innboks/{world.nord}/?vis=leder"))
    assert "Hos teamleder (1)" in page
    assert "Nøkkel" in page


def test_the_next_page_keeps_list_and_queue(world, database) -> None:
    for number in range(52):
        put(world, number, **waiting(category="medicine"))
    browser = client_of("mona", employee=True)
    first = browser.get(f"/ansatt/innboks/{world.nord}/?vis=venter&kategori=medicine").content.decode()
    onwards = re.search(r'href="(\?vis=venter[^"]*etter=[^"]+)"', first)[1].replace("&amp;", "&")
    assert "kategori=medicine" in onwards
    second = text_of(browser.get(f"/ansatt/innboks/{world.nord}/{onwards}"))
    assert len(re.findall(r"Ulest: Emne \d+", second)) == 2


def waiting(**changed) -> dict:
    return {
        "who": "astrid",
        "unit": "nord",
        "service": "nursing",
        "state": "sent",
        "waits": True,
        "assignee": None,
        "with_leader": False,
        "one_way": False,
        "category": "",
        "hour": 0,
        **changed,
    }


@pytest.mark.parametrize(
    "asked", ["?vis=x", "?kategori=x", "?tjeneste=%00", "?sone=%27%20OR%201=1", "?vis=saker&etter=x", "?vis=leder"]
)
def test_an_address_that_asks_for_nothing_of_ours_is_a_page_all_the_same(write, astrid, world, asked) -> None:
    write(astrid)
    assert client_of("mona", employee=True).get(f"/ansatt/innboks/{world.nord}/{asked}").status_code == 200


@pytest.mark.parametrize("shown", ["nye", "venter", "alle", "innbygger"])
def test_the_page_asks_as_many_times_for_fifty_as_for_one(world, queries_in, shown) -> None:
    browser = client_of("mona", employee=True)

    def ask() -> int:
        return queries_in(lambda: browser.get(f"/ansatt/innboks/{world.nord}/?vis={shown}"))

    put(world, 0, **waiting())
    few = ask()
    for number in range(1, 60):
        put(world, number, **waiting(who="astrid" if number % 2 else "einar"))
    assert ask() == few == 2


# ── Plans ───────────────────────────────────────────────────────────────────────────────────────────────────────

HISTORY = """
INSERT INTO thread (id, citizen_id, municipality_id, unit_id, service_id, subject, state, answer_by, last_place,
    citizen_place, started_at, last_message_at)
SELECT gen_random_uuid(), %(citizen)s, %(municipality)s, CASE n %% 2 WHEN 0 THEN %(nord)s::uuid ELSE %(sor)s::uuid END,
    %(service)s, 'Emne', CASE WHEN n %% 100 = 0 THEN 'sent' ELSE 'answered' END,
    CASE WHEN n %% 100 = 0 THEN %(now)s::timestamptz + n * interval '1 second' END, 1, 1,
    %(now)s::timestamptz - n * interval '1 minute', %(now)s::timestamptz - n * interval '1 minute'
FROM generate_series(1, 30000) n
"""


@pytest.fixture
def with_history(world, database):
    """Fifteen thousand dialogues in Nord and as many in Sør; one in a hundred waits."""
    values = {"citizen": an_id("astrid"), "municipality": world.tunvik, "nord": world.nord, "sor": world.sor}
    database.execute(HISTORY, {**values, "service": world.nord_nursing, "now": MONDAY})
    database.execute("ANALYZE")


@pytest.mark.parametrize("shown", InboxFilter)
def test_no_list_and_no_count_reads_history(with_history, mona, world, shown) -> None:
    plans = []

    def explain(execute, sql, params, many, context):
        if "todo AS" in sql:
            cursor = context["cursor"].cursor
            cursor.execute(f"EXPLAIN (COSTS OFF) {sql}", params)
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        queries.inbox(mona, world.nord, filter=shown)
    (plan,) = plans
    newest = {"threads_of_a_unit"} if shown in (InboxFilter.ALL, InboxFilter.WITH_CITIZEN) else set()
    to_do = {"threads_waiting_in_a_unit", "threads_that_are_cases"}
    assert to_do | newest <= indexes_of_threads(plan) <= to_do | newest | WHOSE_CASE


WHOSE_CASE = {"threads_treated_as_cases", "thread_pkey"}
"""By these the policies find whether a citizen, or what was done with a thread, is seen."""


def indexes_of_threads(plan: str) -> set[str]:
    """The indexes by which a plan finds threads; that it reads the whole table would be named too."""
    assert "Seq Scan on thread" not in plan, plan
    named = re.findall(r"(?:Index Scan|Index Only Scan)(?: Backward)? using (\w+) on thread", plan)
    return {*named, *re.findall(r"Bitmap Index Scan on (threads?_\w+)", plan)}


WERE_HERE = """
INSERT INTO reading (id, thread_id, citizen_id, municipality_id, unit_id, reader_id, reader_kind, read_at, seen_place, here_until)
SELECT gen_random_uuid(), t.id, t.citizen_id, t.municipality_id, t.unit_id, gen_random_uuid(), 'employee', now(), 1,
    now() - n * interval '1 minute'
FROM thread t, generate_series(1, 20) n WHERE t.last_message_at > %(now)s::timestamptz - interval '3 hours'
"""


@pytest.mark.parametrize("shown", COUNTED)
def test_the_statement_of_what_there_is_to_do_is_planned_once(with_history, database, mona, world, shown) -> None:
    """PostgreSQL keeps its plan where that for each set of values looks no cheaper; to make one costs more than the page."""
    database.execute(WERE_HERE, {"now": MONDAY})
    database.execute("ANALYZE reading")
    for _ in range(8):
        queries.inbox(mona, world.nord, filter=shown, limit=57)  # a number that makes it a statement of this test's own
    ran = "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE %s ORDER BY prepare_time DESC"
    assert fetch(ran, ["%LIMIT 57 + 1%"])[0] == (3, 5)
