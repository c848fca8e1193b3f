"""One message to a group: an employee makes it, a team leader approves it, the portal sends it, each receiver once (R85)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, log_list, require
from hjemmekontakt.access.rules import About, Actor, May, Role, UnitRole
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.actions.storing import one_at_a_time, put_message, save, tell
from hjemmekontakt.messages.events import MessageAnswered
from hjemmekontakt.messages.models import Broadcast, BroadcastReceiver, Thread
from hjemmekontakt.messages.queries.broadcasts import group_of
from hjemmekontakt.messages.rules import (
    TIME_TO_REGRET,
    BroadcastRefusal,
    BroadcastState,
    Candidate,
    Group,
    GroupMember,
    Refusal,
    Sender,
    ThreadState,
)
from hjemmekontakt.messages.words import signing
from hjemmekontakt.municipalities import queries as municipalities

BATCH = 20


@intent
def make_broadcast(
    actor: Actor,
    unit_id: UUID,
    *,
    candidates: Sequence[Candidate],
    mark: str,
    subject: str,
    text: str,
    group: Mapping[str, str],
    form_key: UUID,
) -> UUID:
    """An employee makes a broadcast to exactly those whom the page showed; each is looked up anew here (R85).

    `mark` is that of the group which was shown, `group` how it was chosen, in the form's own words. Above fifty
    receivers it waits for a team leader. The same form sent twice makes one.
    """
    grant = require(actor, May.MAKE_BROADCAST, about=_unit(actor, unit_id))
    one_at_a_time(grant)
    before = Broadcast.objects.filter(author_id=actor.id, form_key=form_key).first()
    if before is not None:
        if (before.subject, before.text, before.unit_id) != (subject, text, unit_id):
            raise Refused(BroadcastRefusal.FORM_USED)
        return before.id

    found = group_of(grant, unit_id, candidates)
    if why_not := _why_not_make(found, mark, subject=subject, text=text):
        raise Refused(why_not)

    made = Broadcast.objects.create(
        municipality_id=actor.municipality_id,
        unit_id=unit_id,
        subject=subject,
        text=text,
        group=dict(group),
        state=rules.state_when_made(len(found.receivers)),
        author_id=actor.id,
        author_name=actor.name,
        author_role=actor.role_in(unit_id),
        made_at=clock.now(),
        form_key=form_key,
    )
    BroadcastReceiver.objects.bulk_create(_receiver(made, each) for each in (*found.receivers, *found.left_out))
    log_list(grant, _unit(actor, unit_id), [each.candidate.citizen_id for each in found.receivers])
    return made.id


@intent
def approve_broadcast(actor: Actor, unit_id: UUID, broadcast_id: UUID) -> None:
    """A team leader approves a colleague's broadcast to more than fifty: it goes out in two minutes (R85)."""
    made = _to_be_decided(actor, unit_id, broadcast_id)
    _decide(made, actor, BroadcastState.SENDING)


@intent
def reject_broadcast(actor: Actor, unit_id: UUID, broadcast_id: UUID, *, why: str) -> None:
    """A team leader says no to a colleague's broadcast, with a word to her who made it; nothing is sent (R85)."""
    made = _to_be_decided(actor, unit_id, broadcast_id)
    if not why.strip():
        raise Refused(BroadcastRefusal.WORD_MISSING)
    if len(why) > rules.WORD_LIMIT:
        raise Refused(BroadcastRefusal.WORD_TOO_LONG)
    _decide(made, actor, BroadcastState.REJECTED, why=why.strip())


@intent
def withdraw_broadcast(actor: Actor, unit_id: UUID, broadcast_id: UUID) -> None:
    """Who made a broadcast, or leads the unit, takes it back before it has begun to go out; twice is once (R85)."""
    require(actor, May.MAKE_BROADCAST, about=_unit(actor, unit_id))
    made = _locked(actor, May.MAKE_BROADCAST, unit_id, broadcast_id)
    if made.state == BroadcastState.WITHDRAWN:
        return
    why_not = rules.why_not_withdraw(
        BroadcastState(made.state),
        goes_at=rules.goes_at(made.made_at, made.decided_at),
        now=clock.now(),
        author_id=made.author_id,
        who_id=actor.id,
        leads=actor.role_in(unit_id) == Role.TEAM_LEADER,
    )
    if why_not:
        raise Refused(why_not)
    _decide(made, actor, BroadcastState.WITHDRAWN)


@intent
def broadcasts_due(actor: Actor, *, now: datetime) -> list[tuple[UUID, UUID, UUID]]:
    """The broadcasts that are to go out now, the oldest first: the ids of each, its municipality and its unit."""
    require(actor, May.FIND_BROADCASTS, about=lookup.portal())
    rows = Broadcast.objects.filter(state=BroadcastState.SENDING, made_at__lte=now - TIME_TO_REGRET)
    due = [row for row in rows.order_by("made_at", "id") if rules.goes_at(row.made_at, row.decided_at) <= now]
    return [(row.id, row.municipality_id, row.unit_id) for row in due]


@intent
def send_batch(actor: Actor, broadcast_id: UUID, *, municipality_id: UUID, unit_id: UUID, limit: int = BATCH) -> int:
    """The portal sends a broadcast to its next receivers, each in a thread of her own; how many it has dealt with.

    A receiver's row and her thread are one transaction: killed midway, it goes on where it came to, and nobody gets
    two. Who can no longer be written to is left out, with the reason.
    """
    about = About("broadcast", broadcast_id, municipality_id=municipality_id, unit_id=unit_id)
    grant = require(actor, May.SEND_BROADCAST, about=about)
    made = Broadcast.objects.select_for_update(skip_locked=True).filter(id=broadcast_id).first()
    if (
        made is None
        or made.state != BroadcastState.SENDING
        or rules.goes_at(made.made_at, made.decided_at) > clock.now()
    ):
        return 0
    waiting = BroadcastReceiver.objects.filter(broadcast_id=broadcast_id, thread__isnull=True, why_not_sent="")
    rows = list(waiting.order_by("id")[:limit])
    if not rows:
        made.state, made.sent_at = BroadcastState.SENT, clock.now()
        made.save(update_fields=["state", "sent_at"])
        return 0

    found = group_of(grant, unit_id, [Candidate(row.citizen_id, row.service_id) for row in rows])
    why_not = {each.candidate.citizen_id: each.left_out for each in found.left_out}
    author = _as_its_author(grant, made)
    unit = municipalities.unit(unit_id)
    signed = signing.signature(made.author_name, role=made.author_role, unit=unit)
    for row in rows:
        left_out = why_not.get(row.citizen_id)
        row.why_not_sent = left_out.value if left_out else ""
        row.thread_id = None if left_out else _send(author, made, row, signature=signed)
    BroadcastReceiver.objects.bulk_update(rows, ["thread", "why_not_sent"])
    log_list(grant, about, [row.citizen_id for row in rows if row.thread_id])
    return len(rows)


def _send(author: Grant, made: Broadcast, row: BroadcastReceiver, *, signature: str) -> UUID:
    now = clock.now()
    thread = Thread.objects.create(
        citizen_id=row.citizen_id,
        municipality_id=made.municipality_id,
        unit_id=made.unit_id,
        service_id=row.service_id,
        subject=made.subject,
        state=ThreadState.ANSWERED,
        one_way=True,
        broadcast_id=made.id,
        started_at=now,
        last_message_at=now,
    )
    key = uuid5(made.id, str(row.citizen_id))
    message = put_message(author, thread, sender=Sender.UNIT, text=made.text, form_key=key, signature=signature)
    save(author, thread)
    tell(author, MessageAnswered, message)
    return thread.id


def _as_its_author(grant: Grant, made: Broadcast) -> Grant:
    """The message is hers who made it, though the portal carries it out."""
    roles = (UnitRole(made.unit_id, "", Role(made.author_role)),) if made.author_role else ()
    return replace(grant, actor=replace(grant.actor, id=made.author_id, name=made.author_name, units=roles))


def _why_not_make(found: Group, mark: str, *, subject: str, text: str) -> BroadcastRefusal | None:
    in_words = {
        Refusal.SUBJECT_EMPTY: BroadcastRefusal.SUBJECT_EMPTY,
        Refusal.SUBJECT_TOO_LONG: BroadcastRefusal.SUBJECT_TOO_LONG,
        Refusal.EMPTY: BroadcastRefusal.TEXT_EMPTY,
        Refusal.TOO_LONG: BroadcastRefusal.TEXT_TOO_LONG,
        Refusal.UNREADABLE: BroadcastRefusal.UNREADABLE,
    }
    if why_not := rules.why_not_subject(subject) or rules.why_not_text(text):
        return in_words[why_not]
    if found.mark() != mark:
        return BroadcastRefusal.GROUP_CHANGED
    if not found.receivers:
        return BroadcastRefusal.NOBODY
    return BroadcastRefusal.TOO_MANY if len(found.receivers) > rules.MOST_RECEIVERS else None


def _receiver(made: Broadcast, member: GroupMember) -> BroadcastReceiver:
    """A row for each of the group, those left out too, with why: who approves it sees the same list."""
    return BroadcastReceiver(
        broadcast_id=made.id,
        citizen_id=member.candidate.citizen_id,
        municipality_id=made.municipality_id,
        unit_id=made.unit_id,
        service_id=member.candidate.service_id,
        why_not_sent=member.left_out.value if member.left_out else "",
    )


def _to_be_decided(actor: Actor, unit_id: UUID, broadcast_id: UUID) -> Broadcast:
    require(actor, May.APPROVE_BROADCAST, about=_unit(actor, unit_id))
    made = _locked(actor, May.APPROVE_BROADCAST, unit_id, broadcast_id)
    why_not = rules.why_not_decide(BroadcastState(made.state), author_id=made.author_id, decider_id=actor.id)
    if why_not:
        raise Refused(why_not)
    return made


def _locked(actor: Actor, may: May, unit_id: UUID, broadcast_id: UUID) -> Broadcast:
    made = Broadcast.objects.select_for_update().filter(id=broadcast_id, unit_id=unit_id).first()
    if made is None:
        require(actor, may, about=About("broadcast", broadcast_id))  # it is not there: refused as unknown
        raise AssertionError("an unknown thing is refused")
    return made


def _decide(made: Broadcast, actor: Actor, state: BroadcastState, *, why: str = "") -> None:
    made.state = state
    made.decided_by_id, made.decided_by_name, made.decided_at = actor.id, actor.name, clock.now()
    made.decided_why = why
    made.save(update_fields=["state", "decided_by_id", "decided_by_name", "decided_at", "decided_why"])


def _unit(actor: Actor, unit_id: UUID) -> About:
    return lookup.unit(unit_id, actor.municipality_id) if actor.municipality_id else About("unit", unit_id)
