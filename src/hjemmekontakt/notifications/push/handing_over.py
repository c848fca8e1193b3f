"""Gives a notice to each of a person's browsers: one that takes it is enough; where none does, it goes on by SMS (R55)."""

from datetime import datetime

from msgspec.structs import replace

from hjemmekontakt.gateways.handover import NotAccepted, Why
from hjemmekontakt.gateways.push import Push, PushGateway, Urgency
from hjemmekontakt.ground import clock
from hjemmekontakt.notifications.due import Due, Settled
from hjemmekontakt.notifications.push.rules import OverPush, wait_before_next
from hjemmekontakt.notifications.rules import PASSES_QUIET_HOURS, Channel, Decision
from hjemmekontakt.notifications.texts import Letter


def send_to_browsers(due: Due, written: Letter, gateway: PushGateway | None, *, now: datetime) -> Settled:
    """Hand one notice to her browsers, outside the database; its id is the reference, however often it is sent."""
    heard, refused = [], {}
    for browser in due.browsers:
        push = Push(
            to=browser.to,
            title=written.name,
            text=written.push,
            reference=str(due.id),
            language=due.language,
            urgency=Urgency.HIGH if due.what in PASSES_QUIET_HOURS else Urgency.NORMAL,
        )
        try:
            if gateway is None:
                raise NotAccepted(Why.REFUSED)  # nobody has set it up any more: the SMS need not wait for that
            gateway.send(push)
        except NotAccepted as why:
            refused[browser.key] = why
        else:
            heard.append(browser.id)
    gone = tuple(key for key, why in refused.items() if why.why is Why.GONE)
    if heard:
        over = OverPush(tuple(heard), gone, let_go=tuple(refused))
        return Settled(due, Decision.SENT, sent_at=now, reference=str(due.id), over_push=over)
    return _not_heard(due, list(refused.values()), gone=gone)


def _not_heard(due: Due, refused: list[NotAccepted], *, gone: tuple[bytes, ...]) -> Settled:
    passing = [each for each in refused if each.is_temporary]
    wait = wait_before_next(due.attempts, [each.after for each in passing if each.after]) if passing else None
    error = (passing or refused)[-1].why.value
    if wait is not None:
        over = OverPush(gone=gone, let_go=gone)
        return Settled(due, Decision.DUE, retry_at=clock.real() + wait, error=error, over_push=over)
    over = OverPush(gone=gone, let_go=tuple(browser.key for browser in due.browsers))
    by_sms = replace(due, channel=Channel.SMS)
    return Settled(by_sms, Decision.DUE, retry_at=clock.real(), error=error, attempts=0, over_push=over)
