"""How far a dialogue has come: its states, what moves it from one to another, and who may make each move (R19)."""

from enum import StrEnum


class Sender(StrEnum):
    """Which side of the counter a message comes from."""

    CITIZEN = "citizen"
    UNIT = "unit"


class Reader(StrEnum):
    """Which side of the counter a reader stands on: the citizen and who acts for her, or an employee."""

    CITIZEN = "citizen"
    EMPLOYEE = "employee"


class Mover(StrEnum):
    """Who moves a dialogue: the citizen or who acts for her, an employee, the journal system, the portal's own clock."""

    CITIZEN = "citizen"
    EMPLOYEE = "employee"
    JOURNAL = "journal"
    PORTAL = "portal"


class ThreadState(StrEnum):
    """How far a dialogue has come, as the citizen sees it (R19)."""

    SENT = "sent"
    FAILED = "failed"
    RECEIVED = "received"
    OPENED = "opened"
    ANSWERED = "answered"
    NO_REPLY = "no-reply"
    AS_CASE = "as-case"
    CLOSED = "closed"


class Step(StrEnum):
    """What moves a dialogue from one state to another."""

    WRITE = "write"
    FAIL = "fail"
    RECEIVE = "receive"
    OPEN = "open"
    ANSWER = "answer"
    NEED_NO_REPLY = "need-no-reply"
    TREAT_AS_CASE = "treat-as-case"
    CLOSE = "close"
    REOPEN = "reopen"


class CaseKind(StrEnum):
    """What a dialogue is treated as, where it is not answered here but by a letter from the right office (R28)."""

    COMPLAINT = "complaint"
    APPLICATION = "application"


MAY_MOVE: dict[Step, frozenset[Mover]] = {
    Step.WRITE: frozenset({Mover.CITIZEN}),
    Step.FAIL: frozenset({Mover.PORTAL}),
    Step.RECEIVE: frozenset({Mover.JOURNAL}),
    Step.OPEN: frozenset({Mover.EMPLOYEE}),
    Step.ANSWER: frozenset({Mover.EMPLOYEE, Mover.JOURNAL}),
    Step.NEED_NO_REPLY: frozenset({Mover.EMPLOYEE}),
    Step.TREAT_AS_CASE: frozenset({Mover.EMPLOYEE}),
    Step.CLOSE: frozenset({Mover.EMPLOYEE}),
    Step.REOPEN: frozenset({Mover.EMPLOYEE}),
}
"""Who may make each move; the access table says who she is, this says which side she must stand on."""

_UNDER_WAY = (ThreadState.SENT, ThreadState.FAILED, ThreadState.RECEIVED, ThreadState.OPENED)
_AT_REST = (ThreadState.ANSWERED, ThreadState.NO_REPLY)

MOVES: dict[tuple[ThreadState, Step], ThreadState] = {
    (ThreadState.SENT, Step.FAIL): ThreadState.FAILED,
    (ThreadState.SENT, Step.RECEIVE): ThreadState.RECEIVED,
    (ThreadState.FAILED, Step.RECEIVE): ThreadState.RECEIVED,
    **{(state, Step.OPEN): ThreadState.OPENED for state in _UNDER_WAY if state is not ThreadState.OPENED},
    **{(state, Step.ANSWER): ThreadState.ANSWERED for state in (*_UNDER_WAY, ThreadState.NO_REPLY)},
    **{(state, Step.NEED_NO_REPLY): ThreadState.NO_REPLY for state in _UNDER_WAY},
    **{(state, Step.TREAT_AS_CASE): ThreadState.AS_CASE for state in (*_UNDER_WAY, *_AT_REST)},
    **{(state, Step.CLOSE): ThreadState.CLOSED for state in _AT_REST},
    (ThreadState.AS_CASE, Step.CLOSE): ThreadState.CLOSED,
    (ThreadState.CLOSED, Step.REOPEN): ThreadState.OPENED,
    **{
        (state, Step.WRITE): ThreadState.SENT
        for state in (ThreadState.FAILED, ThreadState.RECEIVED, ThreadState.OPENED, *_AT_REST, ThreadState.CLOSED)
    },
}
"""A step that is not here leaves the dialogue as it is."""


def after(state: ThreadState, step: Step) -> ThreadState:
    """Say what a dialogue becomes by a step; a step that changes nothing leaves it as it is (R19).

    >>> after(ThreadState.SENT, Step.OPEN), after(ThreadState.ANSWERED, Step.OPEN)
    (<ThreadState.OPENED: 'opened'>, <ThreadState.ANSWERED: 'answered'>)
    """
    return MOVES.get((state, step), state)


def moves(state: ThreadState, step: Step) -> ThreadState | None:
    """Say what a dialogue becomes by a step that an employee asks for; None where it cannot be made from here.

    >>> moves(ThreadState.ANSWERED, Step.CLOSE), moves(ThreadState.SENT, Step.CLOSE)
    (<ThreadState.CLOSED: 'closed'>, None)
    """
    return MOVES.get((state, step))
