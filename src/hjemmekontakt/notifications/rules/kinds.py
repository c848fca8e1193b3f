"""What people are told of, by which channels, what becomes of each notice, and what each kind of notice takes."""

from enum import StrEnum

from hjemmekontakt.access.rules import Right


class Kind(StrEnum):
    """What a person can wish to be told of (R46)."""

    READY = "ready"
    MESSAGE = "message"
    VISIT_PERFORMED = "visit-performed"
    CANCELLATION = "cancellation"
    FULLMAKT = "fullmakt"
    VISIT_SILENT = "visit-silent"
    VISIT_CHANGED = "visit-changed"
    LETTER = "letter"


class What(StrEnum):
    """What has happened; each has its own text, and never says more than that something has."""

    READY = "ready"
    MESSAGE = "message"
    VISIT_PERFORMED = "visit-performed"
    CANCELLATION_ACCEPTED = "cancellation-accepted"
    CANCELLATION_DECLINED = "cancellation-declined"
    CANCELLATIONS_ACCEPTED = "cancellation-many"
    WISH_ANSWERED = "cancellation-wish"
    FULLMAKT_SENT = "fullmakt-sent"
    FULLMAKT_OFFERED = "fullmakt-offered"
    FULLMAKT_GIVEN = "fullmakt-given"
    FULLMAKT_TAKEN = "fullmakt-taken"
    FULLMAKT_ENDED = "fullmakt-ended"
    VISIT_SILENT = "visit-silent"
    VISIT_NOT_PERFORMED = "visit-performed-not"
    VISIT_DIGEST = "visit-performed-digest"
    REMINDER = "message-reminder"
    VISIT_MOVED = "visit-changed-moved"
    VISIT_CANCELLED = "visit-changed-off"
    VISITS_CHANGED = "visit-changed-many"
    VISIT_MOVED_SOON = "visit-changed-moved-soon"
    VISIT_CANCELLED_SOON = "visit-changed-off-soon"
    VISITS_CHANGED_SOON = "visit-changed-many-soon"
    LETTER = "letter"
    LETTER_REMINDER = "letter-reminder"

    @property
    def kind(self) -> Kind:
        """Of which kind this is.

        >>> What.FULLMAKT_ENDED.kind, What.MESSAGE.kind
        (<Kind.FULLMAKT: 'fullmakt'>, <Kind.MESSAGE: 'message'>)
        """
        return KIND_OF[self]


KIND_OF = {what: next(kind for kind in Kind if what.startswith(kind)) for what in What}


class Channel(StrEnum):
    """By what a person is told."""

    SMS = "sms"
    EMAIL = "email"
    PUSH = "push"
    NONE = "none"


OTHER_CHANNEL = {Channel.SMS: Channel.EMAIL, Channel.EMAIL: Channel.SMS, Channel.PUSH: Channel.SMS}


class Decision(StrEnum):
    """What became of telling one person of one event; each «no» is its own reason (M8)."""

    DUE = "due"
    SENT = "sent"
    NO_WISH = "no-wish"
    NOT_OPENED = "not-opened"
    TOO_OLD = "too-old"
    NOT_ANY_MORE = "not-any-more"
    NO_CONTACT = "no-contact"
    SAME_ADDRESS = "same-address"
    FAILED = "failed"
    SETTLED = "settled"
    GATHERED = "gathered"
    JOINED = "joined"
    NOT_FIRST = "not-first"
    ONLY_DEVIATIONS = "only-deviations"
    ALREADY_READ = "already-read"
    OVER_CAP = "over-cap"
    ON_PAPER = "on-paper"


class Mode(StrEnum):
    """Which performed visits a person is told of (R48)."""

    EACH = "each"
    FIRST = "first"
    DIGEST = "digest"
    DEVIATIONS = "deviations"


class RegisterWord(StrEnum):
    """What the contact register said of one whom nothing reached; kept with the notice, no address is (R49, R83)."""

    UNKNOWN = "not-in-register"
    RESERVED = "reserved"
    STALE = "stale"
    NO_ADDRESS = "no-address"


class Refusal(StrEnum):
    """Why a choice of notices cannot be kept; each has its sentence in `words.py`."""

    NOT_FOR_THIS_PERSON = "not-for-this-person"
    ALWAYS_TOLD = "always-told"
    NOBODY_REPORTS = "nobody-reports"
    NOT_AN_HOUR = "not-an-hour"
    NOT_A_MOBILE = "not-a-mobile"
    NOT_AN_ADDRESS = "not-an-address"
    TOO_MANY_CODES = "too-many-codes"
    NO_BROWSER = "no-browser"
    NOT_A_BROWSER = "not-a-browser"
    TOO_MANY_BROWSERS = "too-many-browsers"


class Reader(StrEnum):
    """Who reads a notice: the citizen it is about, or one who acts for her."""

    HERSELF = "herself"
    KIN = "kin"


ALWAYS = frozenset({Kind.READY, Kind.FULLMAKT, Kind.LETTER})
"""Told whatever one has chosen; only the channel is hers (R5, R49, R57)."""

BY_THE_REGISTER_ALONE = frozenset({Kind.LETTER})
"""Told at a fresh address of the contact register, at no other, and not to one who has reserved (R49, R54)."""

ONLY_WHEN_ASKED = frozenset({Kind.VISIT_PERFORMED, Kind.VISIT_SILENT})
"""Told only to who has asked for it (R47, M2)."""

ONLY_KIN = frozenset({Kind.VISIT_SILENT})
"""Told to who acts for the citizen, never to herself: she knows that nobody came (M2)."""

NOT_AT_NIGHT = frozenset({What.VISIT_SILENT})
"""Held back at night, however late it was to be sent (M2)."""

PASSES_QUIET_HOURS = frozenset({What.VISIT_MOVED_SOON, What.VISIT_CANCELLED_SOON, What.VISITS_CHANGED_SOON})
"""A visit within 24 hours comes at another time, or does not come: told from six in the morning, quiet hours or not (R36)."""

NEEDS_ACTIVE = frozenset(
    {
        Kind.READY,
        Kind.MESSAGE,
        Kind.VISIT_PERFORMED,
        Kind.CANCELLATION,
        Kind.VISIT_SILENT,
        Kind.VISIT_CHANGED,
        Kind.LETTER,
    }
)
"""Told only while the citizen's service is in use (R7)."""

RIGHTS_NEEDED: dict[Kind, frozenset[Right]] = {
    Kind.MESSAGE: frozenset({Right.NOTICES, Right.READ}),
    Kind.LETTER: frozenset({Right.NOTICES, Right.READ}),
    Kind.VISIT_PERFORMED: frozenset({Right.NOTICES, Right.SEE_VISITS}),
    Kind.CANCELLATION: frozenset({Right.NOTICES, Right.SEE_VISITS}),
    Kind.VISIT_SILENT: frozenset({Right.NOTICES, Right.SEE_VISITS}),
    Kind.VISIT_CHANGED: frozenset({Right.NOTICES, Right.SEE_VISITS}),
}
"""What one who acts for somebody must hold to be told; the kinds that are missing concern the person alone."""

EVERYWHERE = (Channel.SMS, Channel.EMAIL, Channel.NONE)
"""What can be chosen also by who has let no browser be told (R46)."""

CHOSEN_BY_HERSELF = (Kind.MESSAGE, Kind.VISIT_PERFORMED, Kind.VISIT_CHANGED, Kind.CANCELLATION, Kind.FULLMAKT)
CHOSEN_FOR_ANOTHER = (
    Kind.MESSAGE,
    Kind.VISIT_PERFORMED,
    Kind.VISIT_CHANGED,
    Kind.VISIT_SILENT,
    Kind.CANCELLATION,
)
