"""What a person can choose to be told of, and by what; each «no» with its reason."""

from collections.abc import Collection
from uuid import UUID

from hjemmekontakt.access.rules import Right
from hjemmekontakt.notifications.rules.kinds import (
    ALWAYS,
    CHOSEN_BY_HERSELF,
    CHOSEN_FOR_ANOTHER,
    EVERYWHERE,
    Channel,
    Kind,
    Mode,
    Refusal,
)
from hjemmekontakt.notifications.rules.telling import may_be_told
from hjemmekontakt.notifications.rules.views import Choice


def why_not_choose(
    choice: Choice,
    *,
    rights: Collection[Right] | None,
    rings: Collection[UUID] = (),
    hours: Collection[int] = (),
    channels: Collection[Channel] = EVERYWHERE,
) -> Refusal | None:
    """Say why this cannot be chosen; `rights` are those held for another, None where it is about herself (R46, R57).

    Only what goes wrong can be chosen where somebody sees to it that it is reported: `rings` (R48). `hours` are a digest's.
    `channels` are those that reach her: a browser only where she has let one be told.

    >>> astrid = UUID(int=1)
    >>> why_not_choose(Choice(astrid, Kind.FULLMAKT, Channel.NONE), rights=None)
    <Refusal.ALWAYS_TOLD: 'always-told'>
    >>> why_not_choose(Choice(astrid, Kind.MESSAGE, Channel.SMS), rights={Right.READ})
    <Refusal.NOT_FOR_THIS_PERSON: 'not-for-this-person'>
    >>> why_not_choose(Choice(astrid, Kind.MESSAGE, Channel.PUSH), rights=None)
    <Refusal.NO_BROWSER: 'no-browser'>
    """
    offered = CHOSEN_BY_HERSELF if rights is None else kinds_for(rights)
    if choice.kind not in offered:
        return Refusal.NOT_FOR_THIS_PERSON
    if choice.kind in ALWAYS and choice.channel is Channel.NONE:
        return Refusal.ALWAYS_TOLD
    if choice.channel not in channels:
        return Refusal.NO_BROWSER
    if choice.way.mode is Mode.DEVIATIONS and choice.about_id not in rings:
        return Refusal.NOBODY_REPORTS
    return Refusal.NOT_AN_HOUR if choice.way.mode is Mode.DIGEST and choice.way.hour not in hours else None


def channels_of(browsers: Collection[object]) -> tuple[Channel, ...]:
    """What a person can choose to be told by: a browser only where she has let one be told (R46).

    >>> Channel.PUSH in channels_of(()), Channel.PUSH in channels_of(("Firefox",))
    (False, True)
    """
    return tuple(Channel) if browsers else EVERYWHERE


def kinds_for(rights: Collection[Right]) -> tuple[Kind, ...]:
    """The kinds that one may choose for a citizen whom one acts for with these rights.

    >>> [kind.value for kind in kinds_for({Right.NOTICES, Right.READ})]
    ['message']
    """
    return tuple(kind for kind in CHOSEN_FOR_ANOTHER if may_be_told(kind, rights))
