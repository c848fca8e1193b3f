"""What a journal's report of a visit means for what was asked about it (R38, R43)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.ground import outbox
from hjemmekontakt.visits.actions.answering import keep_late_answer
from hjemmekontakt.visits.events import CancellationAnswered
from hjemmekontakt.visits.keeping import Ended, close_cancellations
from hjemmekontakt.visits.models import Cancellation
from hjemmekontakt.visits.rows import Row
from hjemmekontakt.visits.rules import CancellationState
from hjemmekontakt.visits.statements import SQL


def close_of_ended(
    grant: Grant, ended: Sequence[tuple[UUID, Row | Ended]], *, now: datetime, stored_at: datetime
) -> None:
    """Close what was asked and not answered for visits that no longer come; she hears of those called off (R38)."""
    for closed in close_cancellations(ended, now=now, stored_at=stored_at):
        if closed.state is CancellationState.ACCEPTED and grant.municipality_id:
            outbox.publish(
                CancellationAnswered(
                    cancellation_id=closed.id,
                    visit_id=closed.visit_id,
                    citizen_id=closed.citizen_id,
                    municipality_id=grant.municipality_id,
                )
            )


def called_off_after_undo(grant: Grant, visit_ids: Sequence[UUID]) -> None:
    """The journal calls visits off by the recipient's wish: where she had taken it back, the unit and she are told (R43)."""
    if not visit_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(SQL["called_off_after_undo"], [grant.municipality_id, list(visit_ids)])
        ids = [id for (id,) in cursor.fetchall()]
    for asked in Cancellation.objects.filter(id__in=ids, municipality_id=grant.municipality_id) if ids else ():
        keep_late_answer(grant, asked, CancellationState.ACCEPTED)


def back_in_the_plan(grant: Grant, visit_ids: Sequence[UUID], *, now: datetime, stored_at: datetime) -> None:
    """The journal has put visits that were called off back into its plan: nothing calls them off any more (R43)."""
    if visit_ids:
        with connection.cursor() as cursor:
            values = [now, now, stored_at, grant.municipality_id, list(visit_ids)]
            cursor.execute(SQL["back_in_the_plan"], values)
