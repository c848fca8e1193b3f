"""Every state of a dialogue against every step and every mover: the whole table, said out (R19)."""

import pytest

from hjemmekontakt.messages.rules import MAY_MOVE, Mover, Step, ThreadState, after, moves

TABLE = {
    # state: write, fail, receive, open, answer, need no reply, treat as case, close, reopen
    "sent": ("-", "failed", "received", "opened", "answered", "no-reply", "as-case", "-", "-"),
    "failed": ("sent", "-", "received", "opened", "answered", "no-reply", "as-case", "-", "-"),
    "received": ("sent", "-", "-", "opened", "answered", "no-reply", "as-case", "-", "-"),
    "opened": ("sent", "-", "-", "-", "answered", "no-reply", "as-case", "-", "-"),
    "answered": ("sent", "-", "-", "-", "-", "-", "as-case", "closed", "-"),
    "no-reply": ("sent", "-", "-", "-", "answered", "-", "as-case", "closed", "-"),
    "as-case": ("-", "-", "-", "-", "-", "-", "-", "closed", "-"),
    "closed": ("sent", "-", "-", "-", "-", "-", "-", "-", "opened"),
}
STEPS = ("write", "fail", "receive", "open", "answer", "need-no-reply", "treat-as-case", "close", "reopen")

MOVERS = {
    "write": {"citizen"},
    "fail": {"portal"},
    "receive": {"journal"},
    "open": {"employee"},
    "answer": {"employee", "journal"},
    "need-no-reply": {"employee"},
    "treat-as-case": {"employee"},
    "close": {"employee"},
    "reopen": {"employee"},
}


def test_the_table_has_every_state_and_every_step() -> None:
    assert set(TABLE) == set(ThreadState)
    assert set(STEPS) == set(MOVERS) == set(Step)


@pytest.mark.parametrize("state", ThreadState)
@pytest.mark.parametrize("step", Step)
def test_a_step_leads_where_the_table_says_and_nowhere_else(state: ThreadState, step: Step) -> None:
    expected = TABLE[state][STEPS.index(step)]
    assert moves(state, step) == (None if expected == "-" else expected)
    assert after(state, step) == (state if expected == "-" else expected)


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("mover", Mover)
def test_a_step_is_made_by_the_movers_of_the_table_and_nobody_else(step: Step, mover: Mover) -> None:
    assert (mover in MAY_MOVE[step]) == (mover in MOVERS[step])
