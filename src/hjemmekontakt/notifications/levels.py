"""Ready sets of choices: what matters most, the usual, or all of it; pure (R47)."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID  # noqa: F401 - the doctest's

from hjemmekontakt.notifications.rules import Channel, Choice, Kind, Mode, Reader, Section, Way  # noqa: F401
from hjemmekontakt.people.rules import Protection  # noqa: F401


class Level(StrEnum):
    """How much one is told; performed visits only in the last."""

    OBLIGATORY = "obligatory"
    NORMAL = "normal"
    FULL = "full"


TOLD_AT = {
    Level.OBLIGATORY: frozenset({Kind.VISIT_CHANGED, Kind.CANCELLATION, Kind.FULLMAKT}),
    Level.NORMAL: frozenset({Kind.VISIT_CHANGED, Kind.CANCELLATION, Kind.FULLMAKT, Kind.MESSAGE}),
    Level.FULL: frozenset(Kind),
}


def choices_at(level: Level, section: Section) -> list[Choice]:
    """The choices of a level for one section, by the channel that she uses there already.

    >>> astrid = UUID(int=1)
    >>> choices = (Choice(astrid, Kind.MESSAGE, Channel.EMAIL), Choice(astrid, Kind.VISIT_PERFORMED, Channel.NONE))
    >>> section = Section(astrid, "Astrid Berg", Reader.HERSELF, choices, Protection.NONE)
    >>> [each.channel.value for each in choices_at(Level.FULL, section)], level_of(section)
    (['email', 'email'], <Level.NORMAL: 'normal'>)
    """
    by = channel_of(section.choices)
    return [
        Choice(each.about_id, each.kind, by if each.kind in TOLD_AT[level] else Channel.NONE, _way(level, each))
        for each in section.choices
    ]


def level_of(section: Section) -> Level | None:
    """The level that a section's choices make up; None where they are her own."""
    told = {each.kind for each in section.choices if each.channel is not Channel.NONE}
    offered = {each.kind for each in section.choices}
    every = all(each.way.mode is Mode.EACH for each in section.choices if each.kind in told)
    return next((level for level in Level if every and TOLD_AT[level] & offered == told), None)


def channel_of(choices: Sequence[Choice]) -> Channel:
    """The channel she uses for most: the first one chosen, else SMS."""
    return next((each.channel for each in choices if each.channel is not Channel.NONE), Channel.SMS)


def _way(level: Level, choice: Choice) -> Way:
    return Way(Mode.EACH, choice.way.hour) if level is Level.FULL else choice.way
