"""Whatever people wish and share: no phone hears of an event twice, and who may be told has a decision (R50, M8)."""

import re
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from hypothesis import strategies as st

from hjemmekontakt.access.actions import the_portal
from hjemmekontakt.access.rules import Right
from hjemmekontakt.ground import clock, keys
from hjemmekontakt.ground.workdays import OSLO
from hjemmekontakt.notifications import reactions
from hjemmekontakt.notifications.waiting import do_what_waits
from hjemmekontakt.visits.events import VisitsPerformed
from tests.notifications.conftest import performed_visit
from tests.people import an_id

KIN = ("jonas", "siri", "einar")
EVERYBODY = ("astrid", *KIN)
MOBILES = st.sampled_from(["+4790000001", "90000001", "", "+4790000002"])
EMAILS = st.sampled_from(["", "post@tunvik.example"])
OWN = st.sampled_from(["", "", "+4790000001", "+4790000003"])
WISHES = st.tuples(
    st.sampled_from(["sms", "sms", "email", "none"]),
    st.sampled_from(["each", "first", "digest", "deviations"]),
    st.sampled_from([11, 16]),
)
NIGHTS = st.sampled_from([None, (None, None), (21, 8), (22, 9)])
RIGHTS = st.just(frozenset(Right)) | st.just(frozenset(Right)) | st.frozensets(st.sampled_from(Right))
HOURS = st.sets(st.integers(0, 30), min_size=2, max_size=5)
TIMES = (4, 9, 25, 26, 28, 33, 52)
"""Hours after seven on Monday: those of the digests and the mornings."""
ENDS = {"sent", "no-wish", "no-contact", "same-address", "joined", "not-first", "only-deviations"}


@how(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    reach=st.fixed_dictionaries({key: st.tuples(MOBILES, EMAILS, OWN) for key in EVERYBODY}),
    rights=st.fixed_dictionaries(dict.fromkeys(KIN, RIGHTS)),
    wished=st.fixed_dictionaries(dict.fromkeys(EVERYBODY, WISHES)),
    nights=st.fixed_dictionaries(dict.fromkeys(EVERYBODY, NIGHTS)),
    hours=HOURS,
)
def test_over_a_day_and_a_half(
    world, outside, deliver, wishes, database, at, reach, rights, wished, nights, hours
) -> None:
    for table in ("notice", "reached_address", "preference", "fullmakt", "own_contact", "quiet_hours", "visit"):
        database.execute(f"DELETE FROM {table}")
    outside.reach_nobody()
    for key, (mobile, email, own) in reach.items():
        outside.reach(key, mobile=mobile, email=email)
        _choose(world, wishes, database, key, wished[key], nights[key], own)
    for key in KIN:
        world.fullmakt("astrid", key, rights=tuple(rights[key]))

    began = datetime(2026, 3, 2, 7, tzinfo=OSLO)
    visits: list[UUID] = []
    for hour in sorted({*hours, *TIMES}):
        at(began + timedelta(hours=hour))
        if hour in hours:
            name, ended = f"visit {len(visits)}", began + timedelta(hours=hour, minutes=-10)
            visits.append(performed_visit(world, name, ended_at=ended.isoformat()))
            event = VisitsPerformed((visits[-1],), world.tunvik)
            reactions.tell_of_performed_visits([event, event])
        do_what_waits(the_portal(), now=clock.now())
        deliver()

    eligible = {"astrid"} | {key for key in KIN if {Right.NOTICES, Right.SEE_VISITS} <= rights[key]}
    told = database.execute("SELECT event_key, receiver_id FROM notice WHERE kind = 'visit-performed'").fetchall()
    assert sorted(told) == sorted((f"visit-performed:{id}", an_id(key)) for id in visits for key in eligible)
    decisions = {row[0] for row in database.execute("SELECT decision FROM notice").fetchall()}
    assert decisions <= ENDS
    told_of = sum(_visits_in(each["text"]) for each in [*outside.sms(), *outside.mail()])
    assert told_of == database.execute(PLACES).fetchone()[0]  # a visit told twice at one address would count twice


def _choose(world, wishes, database, key: str, wished: tuple[str, str, int], night: tuple | None, own: str) -> None:
    channel, mode, hour = wished
    wishes(key, about="astrid", visit_performed=channel)
    database.execute(
        "UPDATE preference SET mode = %s, digest_hour = %s WHERE receiver_id = %s", [mode, hour, an_id(key)]
    )
    if night:
        world.insert("quiet_hours", receiver_id=an_id(key), starts=night[0], ends=night[1])
    if own:
        world.insert(
            "own_contact",
            id=an_id(f"own {key}"),
            citizen_id=an_id(key),
            channel="sms",
            address_sealed=keys.seal(own),
            verified_at=clock.real(),
        )


def _visits_in(text: str) -> int:
    """How many visits a notice tells of."""
    digest = re.search(r"Oppsummering: (\d+) besøk", text)
    return int(digest[1]) if digest else 1


PLACES = """
    SELECT count(DISTINCT (r.event_key, r.address_key)) FROM reached_address r JOIN notice n ON n.id = r.notice_id
    WHERE n.decision = 'sent'
"""
"""Each visit at each address that heard of it, by itself or in a digest."""
