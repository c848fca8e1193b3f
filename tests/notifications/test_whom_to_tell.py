"""Whom to tell: every eligible person gets one decision, and nobody else; no phone hears an event twice."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hjemmekontakt.access.rules import Right
from hjemmekontakt.notifications.rules import (
    ALWAYS,
    ONLY_KIN,
    ONLY_WHEN_ASKED,
    RIGHTS_NEEDED,
    Channel,
    Decision,
    Happening,
    Kind,
    What,
    Wish,
    address_to_use,
    whom_to_tell,
)

ASTRID, JONAS, SIRI, EINAR = (UUID(int=number) for number in range(1, 5))
RIGHTS = st.frozensets(st.sampled_from(Right))
PROXIES = st.dictionaries(st.sampled_from([JONAS, SIRI, EINAR]), RIGHTS)
WISHES = st.dictionaries(
    st.builds(Wish, st.sampled_from([ASTRID, JONAS, SIRI, EINAR]), st.just(ASTRID), st.sampled_from(Kind)),
    st.sampled_from(Channel),
)
OBSTACLES = st.none() | st.sampled_from([Decision.NOT_OPENED, Decision.TOO_OLD])


@given(what=st.sampled_from(What), proxies=PROXIES, wishes=WISHES, obstacle=OBSTACLES)
def test_every_eligible_person_gets_exactly_one_decision_and_nobody_else_any(what, proxies, wishes, obstacle) -> None:
    plans = whom_to_tell(Happening("event:1", what, ASTRID, obstacle=obstacle), proxies, wishes)

    needed = RIGHTS_NEEDED.get(what.kind)
    herself = set() if what.kind in ONLY_KIN else {ASTRID}
    eligible = herself | {id for id, rights in proxies.items() if needed is not None and needed <= rights}
    assert sorted(plan.receiver_id for plan in plans) == sorted(eligible)
    for plan in plans:
        assert (plan.decision is Decision.DUE) == (plan.channel is not Channel.NONE)


@given(what=st.sampled_from(What), proxies=PROXIES, wishes=WISHES)
def test_who_has_turned_a_kind_off_is_not_told_and_who_has_chosen_a_channel_is_told_by_it(
    what, proxies, wishes
) -> None:
    for plan in whom_to_tell(Happening("event:1", what, ASTRID), proxies, wishes):
        chosen = wishes.get(Wish(plan.receiver_id, ASTRID, what.kind))
        if what.kind in ALWAYS:
            assert plan.channel is not Channel.NONE
        elif chosen is not None:
            assert plan.channel is chosen
        else:
            assert (plan.channel is Channel.NONE) == (what.kind in ONLY_WHEN_ASKED)


@given(
    wished=st.sampled_from(Channel),
    mobile=st.sampled_from(["", "+4790000001"]),
    email=st.sampled_from(["", "a@b.example"]),
)
def test_the_wished_channel_is_used_where_it_can_be_else_the_other_and_never_against_a_no(
    wished, mobile, email
) -> None:
    has = {Channel.SMS: mobile, Channel.EMAIL: email}
    used = address_to_use(wished, has)
    if wished is Channel.NONE or not any(has.values()):
        assert used is None
    else:
        assert used is not None
        assert used[1] == has[used[0]] != ""
        assert used[0] is wished or not has.get(wished)
