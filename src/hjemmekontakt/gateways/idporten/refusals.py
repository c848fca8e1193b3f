"""Why a log-in came to nothing, each with its sentence for the operator's log."""

from enum import StrEnum


class Why(StrEnum):
    """Why a log-in came to nothing."""

    CANCELLED = "cancelled"
    PROVIDER_ERROR = "provider-error"
    PROVIDER_DOWN = "provider-down"
    BAD_METADATA = "bad-metadata"
    UNREADABLE_ANSWER = "unreadable-answer"
    REQUEST_REFUSED = "request-refused"
    TOKEN_REFUSED = "token-refused"  # noqa: S105
    FOREIGN_STATE = "foreign-state"
    NO_CODE = "no-code"
    BAD_SIGNATURE = "bad-signature"
    WRONG_ISSUER = "wrong-issuer"
    WRONG_AUDIENCE = "wrong-audience"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    WRONG_NONCE = "wrong-nonce"
    WRONG_HASH = "wrong-hash"
    STALE_AUTH = "stale-auth"
    TOO_LOW_LEVEL = "too-low-level"
    NO_PID = "no-pid"
    NO_SID = "no-sid"
    MALFORMED_TOKEN = "malformed-token"  # noqa: S105


SENTENCES = {
    Why.CANCELLED: "The person cancelled at the identity provider.",
    Why.PROVIDER_ERROR: "The identity provider sent the person back with an error.",
    Why.PROVIDER_DOWN: "The identity provider does not answer, or answers that it is out of order.",
    Why.BAD_METADATA: "The identity provider's metadata is for another issuer, or lacks a safe endpoint.",
    Why.UNREADABLE_ANSWER: "The identity provider's answer is too long, too slow, or not a JSON object.",
    Why.REQUEST_REFUSED: "The identity provider refused the pushed request; check client id, key and addresses.",
    Why.TOKEN_REFUSED: "The identity provider gave no ID token for the code; it may be used up, too old, or not ours.",
    Why.FOREIGN_STATE: "The call back belongs to no log-in that was begun in this browser.",
    Why.NO_CODE: "The call back carries neither a code nor an error.",
    Why.BAD_SIGNATURE: "The ID token is not signed with RS256 by a key that the identity provider publishes.",
    Why.WRONG_ISSUER: "The answer comes from another issuer than the one asked.",
    Why.WRONG_AUDIENCE: "The ID token is meant for another client.",
    Why.EXPIRED: "The ID token has expired.",
    Why.NOT_YET_VALID: "The ID token is from the future; check the clocks.",
    Why.WRONG_NONCE: "The ID token belongs to another log-in: its nonce is not ours.",
    Why.WRONG_HASH: "The ID token does not belong to the access token that came with it.",
    Why.STALE_AUTH: "A fresh log-in was asked for, but the person logged in before that.",
    Why.TOO_LOW_LEVEL: "The person logged in at a lower level than the one required.",
    Why.NO_PID: "The ID token carries no national identity number.",
    Why.NO_SID: "The ID token carries no session id; register the client with front-channel log-out with session.",
    Why.MALFORMED_TOKEN: "The ID token lacks a claim that it must have, or has one of the wrong kind.",
}


class LogInRefused(Exception):
    """A log-in that came to nothing; its text is a plain sentence for the operator's log and holds no personal data."""

    def __init__(self, why: Why) -> None:
        super().__init__(SENTENCES[why])
        self.why = why
