"""Who may do what: one table of May and Standing that a data-protection officer can read, and the pure decision over it."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID


class Standing(StrEnum):
    """In which standing one comes in at the door (house rule: one at a time)."""

    SELF = "self"
    FULLMAKT = "fullmakt"
    EMPLOYEE = "employee"
    MACHINE = "machine"
    PORTAL = "portal"


class Right(StrEnum):
    """What a fullmakt can open (R59, M3)."""

    SEE_VISITS = "see-visits"
    CANCEL = "cancel"
    READ = "read"
    WRITE = "write"
    NOTICES = "notices"


class Role(StrEnum):
    """What an employee is (R79)."""

    NURSE = "nurse"
    TEAM_LEADER = "team-leader"
    CASE_WORKER = "case-worker"
    ADMINISTRATOR = "administrator"
    PRIVACY_OFFICER = "privacy-officer"


class May(StrEnum):
    """The acts that are decided and logged; the value stands in the access log. Keep each group alphabetical."""

    # a citizen, or who acts for her
    ACCEPT_TERMS = "accept-terms"
    ADD_BROWSER = "add-browser"
    ANSWER_FULLMAKT = "answer-fullmakt"
    ANSWER_PROPOSAL = "answer-proposal"
    ARRANGE_THREADS = "arrange-threads"
    ATTACH_FILE = "attach-file"
    CANCEL_VISIT = "cancel-visit"
    CHANGE_NOTICES = "change-notices"
    CHANGE_SETTINGS = "change-settings"
    COME_BACK = "come-back"
    END_CALENDAR = "end-calendar"
    END_FULLMAKT = "end-fullmakt"
    EXPORT_LOG = "export-log"
    FETCH_CALENDAR = "fetch-calendar"
    FORGET_BROWSER = "forget-browser"
    FORGET_CONTACT = "forget-contact"
    GIVE_FULLMAKT = "give-fullmakt"
    KEEP_DRAFT = "keep-draft"
    LIST_THREADS = "list-threads"
    LOOK_UP_RECEIVER = "look-up-receiver"
    MAKE_CALENDAR = "make-calendar"
    NEED_VISIT = "need-visit"
    OPEN_ATTACHMENT = "open-attachment"
    PROVE_CONTACT = "prove-contact"
    READ_LOG = "read-log"
    READ_NOTICES = "read-notices"
    READ_THREAD = "read-thread"
    SEE_CALENDARS = "see-calendars"
    SEE_CONTACTS = "see-contacts"
    SEE_FULLMAKTER = "see-fullmakter"
    SEE_PROFILE = "see-profile"
    SEE_TERMS = "see-terms"
    SEE_VISITS = "see-visits"
    TELL_AWAY = "tell-away"
    WISH_OTHER_TIME = "wish-other-time"
    WITHDRAW_CANCELLATION = "withdraw-cancellation"
    WITHDRAW_WISH = "withdraw-wish"
    WRITE_MESSAGE = "write-message"
    # an employee
    ANSWER_BY_PHONE = "answer-by-phone"
    ANSWER_MESSAGE = "answer-message"
    APPROVE_BROADCAST = "approve-broadcast"
    BE_AWAY = "be-away"
    CALL_ABOUT_VISIT = "call-about-visit"
    CHANGE_ABSENCES = "change-absences"
    CHANGE_HOURS = "change-hours"
    CHANGE_TEMPLATE = "change-template"
    CHANGE_TEMPLATE_FOR_ALL = "change-template-for-all"
    CHANGE_NAMES = "change-names"
    CHANGE_NOTICE_SETTINGS = "change-notice-settings"
    CLOSE_THREAD = "close-thread"
    GIVE_THREAD = "give-thread"
    KEEP_DRAFT_AT_WORK = "keep-draft-at-work"
    MAKE_BROADCAST = "make-broadcast"
    NEED_NO_REPLY = "need-no-reply"
    NOTE_ON_THREAD = "note-on-thread"
    OPEN_LETTER = "open-letter"
    POST_LETTER = "post-letter"
    PREPARE_LETTER = "prepare-letter"
    PRINT_WEEK = "print-week"
    PUT_BACK_THREAD = "put-back-thread"
    READ_THREAD_AS_STAFF = "read-thread-as-staff"
    REOPEN_THREAD = "reopen-thread"
    REPORT_VISIT_AT_WORK = "report-visit-at-work"
    SEARCH_AT_WORK = "search-at-work"
    SEND_LETTER = "send-letter"
    SEE_BROADCAST = "see-broadcast"
    SEE_CALLS = "see-calls"
    SEE_FIGURES = "see-figures"
    SEE_INBOX = "see-inbox"
    SEE_LETTERS = "see-letters"
    SEE_NOTICE_DESK = "see-notice-desk"
    SEE_NOTICES_AT_WORK = "see-notices-at-work"
    SEE_PERSON_CARD = "see-person-card"
    SEE_REQUESTS = "see-requests"
    SEE_SILENCE = "see-silence"
    SEE_SILENT_VISITS = "see-silent-visits"
    SEE_TODAY = "see-today"
    SEE_WHERE_TO_SEND = "see-where-to-send"
    SETTLE_REQUEST = "settle-request"
    SETTLE_SILENT_VISIT = "settle-silent-visit"
    SWITCH_SILENCE_OFF = "switch-silence-off"
    SWITCH_SILENCE_ON = "switch-silence-on"
    TAKE_THREAD = "take-thread"
    TRANSFER_THREAD = "transfer-thread"
    TREAT_AS_CASE = "treat-as-case"
    UNDO_CALL = "undo-call"
    UNDO_VISIT_REPORT = "undo-visit-report"
    USE_TEMPLATE = "use-template"
    # a municipality's journal system
    ANSWER_CANCELLATION = "answer-cancellation"
    ANSWER_FROM_JOURNAL = "answer-from-journal"
    ANSWER_WISH = "answer-wish"
    ASK_WHO_IS_ACTIVE = "ask-who-is-active"
    KEEP_SUBSCRIPTIONS = "keep-subscriptions"
    READ_FOR_JOURNAL = "read-for-journal"
    REPORT_VISIT = "report-visit"
    RUN_LARGE_JOB = "run-large-job"
    # the portal itself
    ACTIVATE = "activate"
    EXPIRE_WISHES = "expire-wishes"
    EXTEND_PLANS = "extend-plans"
    FIND_BROADCASTS = "find-broadcasts"
    FORGET_VERSIONS = "forget-versions"
    FIND_LARGE_JOBS = "find-large-jobs"
    FIND_LETTERS = "find-letters"
    MOVE_BROWSER = "move-browser"
    KNOW_WHO_LOGS_IN = "know-who-logs-in"
    LOG_IN = "log-in"
    LOG_OUT = "log-out"
    RING_ALARMS = "ring-alarms"
    SEAL_LOG = "seal-log"
    SEND_BROADCAST = "send-broadcast"
    SEND_NOTICES = "send-notices"
    SWITCH_PERSON = "switch-person"
    TELL_THE_JOURNAL = "tell-the-journal"
    VERIFY_FULLMAKTER = "verify-fullmakter"


class Scope(StrEnum):
    """How far a grant unlocks; the row-level security policies read it."""

    PERSON = "person"
    UNIT = "unit"
    MUNICIPALITY = "municipality"
    PORTAL = "portal"


class Denial(StrEnum):
    """Why somebody may not; only the near ones are told which."""

    UNKNOWN = "unknown"
    NOT_HERS = "not-hers"
    NOT_IN_THE_FULLMAKT = "not-in-the-fullmakt"
    NOT_IN_THE_UNIT = "not-in-the-unit"
    NO_DECISION = "no-decision"
    NOT_THE_ROLE = "not-the-role"
    OWN_FAMILY = "own-family"
    PROTECTED = "protected"
    NOT_IN_THE_MUNICIPALITY = "not-in-the-municipality"
    NOT_FOR_THIS_STANDING = "not-for-this-standing"


@dataclass(frozen=True, slots=True)
class UnitRole:
    """One employee's role in one unit."""

    unit_id: UUID
    unit_name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which standing and for whom; made at the door on every request and passed by hand.

    `id` is the person's, the employee's or the machine client's; None for the portal. `about_id` is the citizen whose content
    she works with (herself, or who gave the fullmakt). `family` are the citizens an employee never reaches at work (R79).
    `token` is the digest of a machine's token that was good a moment ago: whatever unlocks asks whether it still is.
    """

    standing: Standing
    id: UUID | None
    name: str
    about_id: UUID | None = None
    about_name: str = ""
    rights: frozenset[Right] = frozenset()
    municipality_id: UUID | None = None
    units: tuple[UnitRole, ...] = ()
    roles: frozenset[Role] = frozenset()
    family: frozenset[UUID] = frozenset()
    language: str = "nb"
    token: bytes = field(default=b"", repr=False)

    def on_behalf_of(self, giver_id: UUID, name: str, *, rights: frozenset[Right]) -> "Actor":
        """The same person acting for one whose fullmakt, looked up in this very request, gives her these rights (R69)."""
        return replace(self, standing=Standing.FULLMAKT, about_id=giver_id, about_name=name, rights=rights)

    def about_whom(self) -> UUID:
        """The citizen whose content she works with; ValueError for those who come in at work, or as a machine."""
        if self.about_id is None:
            raise ValueError("only a citizen, or who acts for her, works with one citizen's content")
        return self.about_id

    def role_in(self, unit_id: UUID) -> str:
        """What she is in a unit; empty for those who are nothing there."""
        return next((unit.role.value for unit in self.units if unit.unit_id == unit_id), "")

    def units_that_send_letters(self) -> tuple[UnitRole, ...]:
        """The units from which she may send important letters (R28)."""
        return tuple(unit for unit in self.units if unit.role in LETTER_ROLES)

    def units_of_care(self) -> tuple[UnitRole, ...]:
        """The units in which she works with the citizens, and so may see their content."""
        return tuple(unit for unit in self.units if unit.role in CARE_ROLES)

    def as_asker(self) -> dict[str, object]:
        """Who asked and for whom, as the columns `asked_by_id`, `asked_by_name` and `on_behalf` (R69)."""
        return {"asked_by_id": self.id, "asked_by_name": self.name, "on_behalf": self.standing is Standing.FULLMAKT}


@dataclass(frozen=True, slots=True)
class About:
    """Whose a thing is: the citizen, the unit it belongs to, and whether she has a decision on its service now.

    `party_id` is the other party of a fullmakt, or the employee who wrote a letter; `protected` a citizen with a
    confidential address (R11).
    """

    kind: str
    id: UUID | None
    citizen_id: UUID | None = None
    municipality_id: UUID | None = None
    unit_id: UUID | None = None
    has_decision: bool = False
    protected: bool = False
    party_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """What a standing must have for an act: a right in the fullmakt, or one of some roles; and how far it unlocks.

    `tells_who` is False for what tells nobody whom it is about: a protected address does not stop it (R11).
    """

    scope: Scope
    right: Right | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    tells_who: bool = True


_HERS = Need(Scope.PERSON)
CARE_ROLES = frozenset({Role.NURSE, Role.TEAM_LEADER, Role.CASE_WORKER})
_AT_WORK = Need(Scope.UNIT, roles=CARE_ROLES)
_SENDS_ON = Need(Scope.MUNICIPALITY, roles=CARE_ROLES)  # a dialogue leaves her unit for another one of the municipality
_LEADER = frozenset({Role.TEAM_LEADER})
LETTER_ROLES = frozenset({Role.CASE_WORKER, Role.TEAM_LEADER})
_SENDS_LETTERS = Need(Scope.MUNICIPALITY, roles=LETTER_ROLES)  # an office helps nobody: its citizens are other units'
_SETS_UP = frozenset({Role.TEAM_LEADER, Role.ADMINISTRATOR})
_FOR_ALL_UNITS = Need(Scope.MUNICIPALITY, roles=_SETS_UP)  # who leads one unit reaches that one's citizens alone

TABLE: dict[tuple[May, Standing], Need] = {
    (May.ACCEPT_TERMS, Standing.SELF): _HERS,
    (May.ADD_BROWSER, Standing.SELF): _HERS,
    (May.ANSWER_FULLMAKT, Standing.SELF): _HERS,
    (May.ANSWER_PROPOSAL, Standing.SELF): _HERS,
    (May.ANSWER_PROPOSAL, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.CANCEL),
    (May.ARRANGE_THREADS, Standing.SELF): _HERS,
    (May.ARRANGE_THREADS, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.READ),
    (May.ATTACH_FILE, Standing.SELF): _HERS,
    (May.ATTACH_FILE, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.WRITE),
    (May.CANCEL_VISIT, Standing.SELF): _HERS,
    (May.CANCEL_VISIT, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.CANCEL),
    (May.CHANGE_NOTICES, Standing.SELF): _HERS,
    (May.CHANGE_NOTICES, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.NOTICES),
    (May.CHANGE_SETTINGS, Standing.SELF): _HERS,
    (May.END_CALENDAR, Standing.SELF): _HERS,
    (May.END_CALENDAR, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.SEE_VISITS),
    (May.COME_BACK, Standing.SELF): _HERS,
    (May.COME_BACK, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.CANCEL),
    (May.END_FULLMAKT, Standing.SELF): _HERS,
    (May.EXPORT_LOG, Standing.SELF): _HERS,
    (May.FETCH_CALENDAR, Standing.SELF): _HERS,
    (May.FETCH_CALENDAR, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.SEE_VISITS),
    (May.FORGET_BROWSER, Standing.SELF): _HERS,
    (May.FORGET_CONTACT, Standing.SELF): _HERS,
    (May.GIVE_FULLMAKT, Standing.SELF): _HERS,
    (May.KEEP_DRAFT, Standing.SELF): _HERS,
    (May.KEEP_DRAFT, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.WRITE),
    (May.LIST_THREADS, Standing.SELF): _HERS,
    (May.LIST_THREADS, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.READ),
    (May.LOOK_UP_RECEIVER, Standing.SELF): _HERS,
    (May.MAKE_CALENDAR, Standing.SELF): _HERS,
    (May.MAKE_CALENDAR, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.SEE_VISITS),
    (May.NEED_VISIT, Standing.SELF): _HERS,
    (May.NEED_VISIT, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.CANCEL),
    (May.OPEN_ATTACHMENT, Standing.SELF): _HERS,
    (May.OPEN_ATTACHMENT, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.READ),
    (May.PROVE_CONTACT, Standing.SELF): _HERS,
    (May.READ_LOG, Standing.SELF): _HERS,
    (May.READ_NOTICES, Standing.SELF): _HERS,
    (May.READ_NOTICES, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.NOTICES),
    (May.READ_THREAD, Standing.SELF): _HERS,
    (May.READ_THREAD, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.READ),
    (May.SEE_CALENDARS, Standing.SELF): _HERS,
    (May.SEE_CALENDARS, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.SEE_VISITS),
    (May.SEE_CONTACTS, Standing.SELF): _HERS,
    (May.SEE_CONTACTS, Standing.FULLMAKT): _HERS,
    (May.SEE_FULLMAKTER, Standing.SELF): _HERS,
    (May.SEE_PROFILE, Standing.SELF): _HERS,
    (May.SEE_TERMS, Standing.SELF): _HERS,
    (May.SEE_TERMS, Standing.FULLMAKT): _HERS,
    (May.SEE_VISITS, Standing.SELF): _HERS,
    (May.SEE_VISITS, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.SEE_VISITS),
    (May.TELL_AWAY, Standing.SELF): _HERS,
    (May.TELL_AWAY, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.CANCEL),
    (May.WITHDRAW_CANCELLATION, Standing.SELF): _HERS,
    (May.WITHDRAW_CANCELLATION, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.CANCEL),
    (May.WISH_OTHER_TIME, Standing.SELF): _HERS,
    (May.WISH_OTHER_TIME, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.CANCEL),
    (May.WITHDRAW_WISH, Standing.SELF): _HERS,
    (May.WITHDRAW_WISH, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.CANCEL),
    (May.WRITE_MESSAGE, Standing.SELF): _HERS,
    (May.WRITE_MESSAGE, Standing.FULLMAKT): Need(Scope.PERSON, right=Right.WRITE),
    (May.ANSWER_BY_PHONE, Standing.EMPLOYEE): _AT_WORK,
    (May.ANSWER_CANCELLATION, Standing.EMPLOYEE): _AT_WORK,
    (May.ANSWER_MESSAGE, Standing.EMPLOYEE): _AT_WORK,
    (May.ANSWER_WISH, Standing.EMPLOYEE): _AT_WORK,
    (May.CALL_ABOUT_VISIT, Standing.EMPLOYEE): _AT_WORK,
    (May.CLOSE_THREAD, Standing.EMPLOYEE): _AT_WORK,
    (May.GIVE_THREAD, Standing.EMPLOYEE): _AT_WORK,
    (May.NEED_NO_REPLY, Standing.EMPLOYEE): _AT_WORK,
    (May.NOTE_ON_THREAD, Standing.EMPLOYEE): _AT_WORK,
    (May.PRINT_WEEK, Standing.EMPLOYEE): _AT_WORK,
    (May.PUT_BACK_THREAD, Standing.EMPLOYEE): _AT_WORK,
    (May.READ_THREAD_AS_STAFF, Standing.EMPLOYEE): _AT_WORK,
    (May.REOPEN_THREAD, Standing.EMPLOYEE): _AT_WORK,
    (May.SEE_CALLS, Standing.EMPLOYEE): _AT_WORK,
    (May.SEE_INBOX, Standing.EMPLOYEE): _AT_WORK,
    (May.SEE_WHERE_TO_SEND, Standing.EMPLOYEE): _SENDS_ON,
    (May.TAKE_THREAD, Standing.EMPLOYEE): _AT_WORK,
    (May.TRANSFER_THREAD, Standing.EMPLOYEE): _SENDS_ON,
    (May.TREAT_AS_CASE, Standing.EMPLOYEE): _SENDS_ON,
    (May.KEEP_DRAFT_AT_WORK, Standing.EMPLOYEE): _AT_WORK,
    (May.SEARCH_AT_WORK, Standing.EMPLOYEE): _AT_WORK,
    (May.BE_AWAY, Standing.EMPLOYEE): Need(Scope.UNIT),
    (May.CHANGE_ABSENCES, Standing.EMPLOYEE): Need(Scope.UNIT, roles=_LEADER),
    (May.CHANGE_HOURS, Standing.EMPLOYEE): Need(Scope.UNIT, roles=_LEADER),
    (May.CHANGE_NAMES, Standing.EMPLOYEE): Need(Scope.UNIT, roles=_LEADER),
    (May.CHANGE_NOTICE_SETTINGS, Standing.EMPLOYEE): Need(Scope.MUNICIPALITY, roles=frozenset({Role.ADMINISTRATOR})),
    (May.SEE_NOTICE_DESK, Standing.EMPLOYEE): _FOR_ALL_UNITS,
    (May.SEE_NOTICES_AT_WORK, Standing.EMPLOYEE): _FOR_ALL_UNITS,
    (May.OPEN_LETTER, Standing.EMPLOYEE): _SENDS_LETTERS,
    (May.POST_LETTER, Standing.EMPLOYEE): replace(_SENDS_LETTERS, tells_who=False),
    (May.PREPARE_LETTER, Standing.EMPLOYEE): _SENDS_LETTERS,
    (May.SEE_LETTERS, Standing.EMPLOYEE): _SENDS_LETTERS,
    (May.SEND_LETTER, Standing.EMPLOYEE): _SENDS_LETTERS,
    (May.SEE_FIGURES, Standing.EMPLOYEE): Need(Scope.UNIT, roles=frozenset({Role.NURSE, Role.TEAM_LEADER})),
    (May.ATTACH_FILE, Standing.EMPLOYEE): _AT_WORK,
    (May.OPEN_ATTACHMENT, Standing.EMPLOYEE): _AT_WORK,
    (May.APPROVE_BROADCAST, Standing.EMPLOYEE): Need(Scope.UNIT, roles=_LEADER),
    (May.CHANGE_TEMPLATE, Standing.EMPLOYEE): _AT_WORK,
    (May.CHANGE_TEMPLATE_FOR_ALL, Standing.EMPLOYEE): Need(Scope.UNIT, roles=_LEADER),
    (May.MAKE_BROADCAST, Standing.EMPLOYEE): _AT_WORK,
    (May.SEE_BROADCAST, Standing.EMPLOYEE): _AT_WORK,
    (May.SEE_PERSON_CARD, Standing.EMPLOYEE): _AT_WORK,
    (May.SEE_REQUESTS, Standing.EMPLOYEE): _AT_WORK,
    (May.SEE_TODAY, Standing.EMPLOYEE): _AT_WORK,
    (May.SETTLE_REQUEST, Standing.EMPLOYEE): _AT_WORK,
    (May.USE_TEMPLATE, Standing.EMPLOYEE): _AT_WORK,
    (May.REPORT_VISIT_AT_WORK, Standing.EMPLOYEE): _AT_WORK,
    (May.UNDO_CALL, Standing.EMPLOYEE): _AT_WORK,
    (May.UNDO_VISIT_REPORT, Standing.EMPLOYEE): _AT_WORK,
    (May.SEE_SILENT_VISITS, Standing.EMPLOYEE): Need(Scope.UNIT, roles=_LEADER),
    (May.SETTLE_SILENT_VISIT, Standing.EMPLOYEE): Need(Scope.UNIT, roles=_LEADER),
    (May.SEE_SILENCE, Standing.EMPLOYEE): Need(Scope.UNIT, roles=_SETS_UP),
    (May.SWITCH_SILENCE_OFF, Standing.EMPLOYEE): Need(Scope.UNIT, roles=_SETS_UP),
    (May.SWITCH_SILENCE_ON, Standing.EMPLOYEE): Need(Scope.UNIT, roles=_SETS_UP),
    (May.ANSWER_CANCELLATION, Standing.MACHINE): Need(Scope.MUNICIPALITY),
    (May.ANSWER_FROM_JOURNAL, Standing.MACHINE): Need(Scope.MUNICIPALITY),
    (May.ANSWER_WISH, Standing.MACHINE): Need(Scope.MUNICIPALITY),
    (May.ASK_WHO_IS_ACTIVE, Standing.MACHINE): Need(Scope.MUNICIPALITY),
    (May.KEEP_SUBSCRIPTIONS, Standing.MACHINE): Need(Scope.MUNICIPALITY),
    (May.READ_FOR_JOURNAL, Standing.MACHINE): Need(Scope.MUNICIPALITY),
    (May.REPORT_VISIT, Standing.MACHINE): Need(Scope.MUNICIPALITY),
    (May.RUN_LARGE_JOB, Standing.MACHINE): Need(Scope.MUNICIPALITY),
    (May.ACTIVATE, Standing.PORTAL): Need(Scope.PORTAL),
    (May.EXPIRE_WISHES, Standing.PORTAL): Need(Scope.MUNICIPALITY),
    (May.EXTEND_PLANS, Standing.PORTAL): Need(Scope.MUNICIPALITY),
    (May.FIND_BROADCASTS, Standing.PORTAL): Need(Scope.PORTAL),
    (May.FORGET_VERSIONS, Standing.PORTAL): Need(Scope.MUNICIPALITY),
    (May.FIND_LARGE_JOBS, Standing.PORTAL): Need(Scope.PORTAL),
    (May.FIND_LETTERS, Standing.PORTAL): Need(Scope.PORTAL),
    (May.MOVE_BROWSER, Standing.PORTAL): Need(Scope.PORTAL),
    (May.KNOW_WHO_LOGS_IN, Standing.PORTAL): Need(Scope.PORTAL),
    (May.LOG_IN, Standing.SELF): _HERS,
    (May.LOG_IN, Standing.EMPLOYEE): Need(Scope.UNIT),
    (May.LOG_OUT, Standing.SELF): _HERS,
    (May.LOG_OUT, Standing.FULLMAKT): _HERS,
    (May.LOG_OUT, Standing.EMPLOYEE): Need(Scope.UNIT),
    (May.RING_ALARMS, Standing.PORTAL): Need(Scope.MUNICIPALITY),
    (May.SEAL_LOG, Standing.PORTAL): Need(Scope.PORTAL),
    (May.SEND_BROADCAST, Standing.PORTAL): Need(Scope.MUNICIPALITY),
    (May.SEND_LETTER, Standing.PORTAL): Need(Scope.MUNICIPALITY),
    (May.SEND_NOTICES, Standing.PORTAL): Need(Scope.PORTAL),
    (May.SWITCH_PERSON, Standing.SELF): _HERS,
    (May.SWITCH_PERSON, Standing.FULLMAKT): _HERS,
    (May.TELL_THE_JOURNAL, Standing.PORTAL): Need(Scope.PORTAL),
    (May.VERIFY_FULLMAKTER, Standing.PORTAL): Need(Scope.PORTAL),
}


def why_not(actor: Actor, may: May, about: About) -> Denial | None:
    """Say why this actor may not do this about that; None means she may (R79, R59).

    >>> from uuid import UUID
    >>> astrid = UUID(int=1)
    >>> herself = Actor(Standing.SELF, astrid, "Astrid Berg", about_id=astrid)
    >>> why_not(herself, May.READ_THREAD, About("thread", UUID(int=9), citizen_id=astrid))
    >>> why_not(herself, May.READ_THREAD, About("thread", UUID(int=9), citizen_id=UUID(int=2)))
    <Denial.NOT_HERS: 'not-hers'>
    >>> why_not(herself, May.READ_THREAD, About("thread", UUID(int=9)))
    <Denial.UNKNOWN: 'unknown'>
    """
    need = TABLE.get((may, actor.standing))
    if need is None:
        return Denial.NOT_FOR_THIS_STANDING
    if about.id is not None and about.citizen_id is None and about.unit_id is None and about.municipality_id is None:
        return Denial.UNKNOWN
    if actor.standing is Standing.EMPLOYEE:
        return _why_not_employee(actor, need, about)
    if actor.standing is Standing.MACHINE:
        return None if about.municipality_id == actor.municipality_id else Denial.NOT_IN_THE_MUNICIPALITY
    if actor.standing is Standing.PORTAL:
        return None
    if actor.about_id is None or actor.about_id not in (about.citizen_id, about.party_id):
        return Denial.NOT_HERS
    if actor.standing is Standing.FULLMAKT and need.right is not None and need.right not in actor.rights:
        return Denial.NOT_IN_THE_FULLMAKT
    return None


def _why_not_employee(actor: Actor, need: Need, about: About) -> Denial | None:
    if about.municipality_id is not None and about.municipality_id != actor.municipality_id:
        return Denial.NOT_IN_THE_UNIT
    if about.citizen_id is not None and about.citizen_id in actor.family:
        return Denial.OWN_FAMILY
    if need.roles:
        roles = frozenset(unit.role for unit in actor.units if unit.unit_id == about.unit_id)
        # A municipality as a whole: the roles that are held in no unit.
        if need.scope is Scope.MUNICIPALITY and about.unit_id is None and about.municipality_id is not None:
            roles = actor.roles - {unit.role for unit in actor.units}
        if not roles:
            return Denial.NOT_IN_THE_UNIT
        if not roles & need.roles:
            return Denial.NOT_THE_ROLE
    if about.citizen_id is not None and about.kind != "unit":
        if about.protected and need.tells_who and actor.id != about.party_id:  # who wrote to her knows who she is
            return Denial.PROTECTED
        if not about.has_decision:
            return Denial.NO_DECISION
    return None


NEAR = frozenset(
    {
        Denial.NOT_IN_THE_FULLMAKT,
        Denial.NO_DECISION,
        Denial.NOT_THE_ROLE,
        Denial.OWN_FAMILY,
        Denial.NOT_FOR_THIS_STANDING,
    }
)


def is_near(denial: Denial) -> bool:
    """Tell whether the refused one stands so near the thing that she may know it exists (403 with whom to call, else 404).

    >>> is_near(Denial.NOT_IN_THE_FULLMAKT), is_near(Denial.NOT_HERS), is_near(Denial.PROTECTED)
    (True, False, False)
    """
    return denial in NEAR
