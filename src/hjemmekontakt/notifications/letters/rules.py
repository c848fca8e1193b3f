"""What becomes of a letter when its notices are looked at: a reminder, read already, on paper, stopped, or nothing; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from hjemmekontakt.messages.rules import LetterState, OnPaper
from hjemmekontakt.notifications.rules import Decision, RegisterWord, What


class Next(StrEnum):
    """What becomes of a letter, and of the one who was to be told of it."""

    REMIND = "remind"
    SAY_READ = "say-read"
    SAY_ON_PAPER = "say-on-paper"
    PUT_ON_PAPER = "put-on-paper"
    STOP = "stop"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Looked:
    """A notice of a letter that is looked at: what it was, whether it was to the citizen herself, and what became of it."""

    what: What
    is_to_herself: bool
    decision: Decision
    has_come_back: bool = False
    word: str = ""

    def reached_nobody(self) -> bool:
        """Tell whether it is known that this notice reached nobody."""
        return self.decision in REACHED_NOBODY or self.has_come_back


REACHED_NOBODY = frozenset({Decision.NO_CONTACT, Decision.FAILED, Decision.ON_PAPER, Decision.NOT_ANY_MORE})

HER_OWN_NO = frozenset({Decision.ON_PAPER, Decision.NOT_ANY_MORE})
"""She has reserved, or uses the service no longer: it goes by post, also where an earlier notice came through (R54)."""

WHY: dict[str, OnPaper] = {
    RegisterWord.UNKNOWN: OnPaper.NOT_IN_REGISTER,
    RegisterWord.RESERVED: OnPaper.RESERVED,
    RegisterWord.STALE: OnPaper.STALE,
    RegisterWord.NO_ADDRESS: OnPaper.NO_ADDRESS,
}


def letter_key(letter_id: UUID) -> str:
    """What the notices call the day a letter came."""
    return f"{What.LETTER}:{letter_id}"


def reminder_key(letter_id: UUID) -> str:
    """What the notices call the seventh day of a letter: by it each is reminded once."""
    return f"{What.LETTER_REMINDER}:{letter_id}"


def has_reached_her(notices: Sequence[Looked]) -> bool:
    """Tell whether any notice of a letter has come to her, or is on its way; `notices` are all that were decided (R49, R56).

    Where she shares a phone with kin it heard of the letter once: hers has come where theirs has.

    >>> by_sms = Looked(What.LETTER, is_to_herself=True, decision=Decision.SENT, has_come_back=True)
    >>> by_email = Looked(What.LETTER_REMINDER, is_to_herself=True, decision=Decision.SENT)
    >>> has_reached_her([by_sms]), has_reached_her([by_sms, by_email])
    (False, True)
    """
    heard = {each.what for each in notices if each.decision is Decision.SENT and not each.has_come_back}
    return any(
        each.what in heard if each.decision is Decision.SAME_ADDRESS else not each.reached_nobody()
        for each in notices
        if each.is_to_herself
    )


def what_next(looked: Looked, *, state: LetterState, is_opened: bool, is_dead: bool, has_reached_her: bool) -> Next:
    """Say what becomes of a letter and of its notice, when it is looked at (R7, R49, R54, R56).

    One that reached nobody puts it on paper only where no other has reached her: `has_reached_her`, of all its notices.

    >>> sent = Looked(What.LETTER, is_to_herself=True, decision=Decision.SENT)
    >>> what_next(sent, state=LetterState.DIGITAL, is_opened=False, is_dead=False, has_reached_her=True)
    <Next.REMIND: 'remind'>
    >>> what_next(sent, state=LetterState.OPENED, is_opened=True, is_dead=False, has_reached_her=True)
    <Next.SAY_READ: 'say-read'>
    >>> reserved = Looked(What.LETTER_REMINDER, is_to_herself=True, decision=Decision.ON_PAPER, word="reserved")
    >>> what_next(reserved, state=LetterState.DIGITAL, is_opened=False, is_dead=False, has_reached_her=True)
    <Next.PUT_ON_PAPER: 'put-on-paper'>
    """
    if is_dead:
        return Next.STOP
    if looked.reached_nobody():
        is_her_no = looked.is_to_herself and looked.decision in HER_OWN_NO
        is_open = state is LetterState.DIGITAL and not is_opened
        return Next.PUT_ON_PAPER if is_open and (is_her_no or not has_reached_her) else Next.NOTHING
    if looked.what is What.LETTER_REMINDER:
        return Next.NOTHING
    if is_opened:
        return Next.SAY_READ
    return Next.REMIND if state is LetterState.DIGITAL else Next.SAY_ON_PAPER


def why_posted(looked: Looked) -> OnPaper:
    """Say why a letter goes by post after all.

    >>> why_posted(Looked(What.LETTER, is_to_herself=True, decision=Decision.NO_CONTACT, word="stale"))
    <OnPaper.STALE: 'stale'>
    """
    if not looked.is_to_herself:
        return OnPaper.NOT_DELIVERED
    if looked.decision is Decision.NOT_ANY_MORE:
        return OnPaper.STOPPED_USING
    return WHY.get(looked.word, OnPaper.NOT_DELIVERED)
