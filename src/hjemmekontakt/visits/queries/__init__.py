"""Reads of visits and cancellations: the citizen's plan, the unit's day, and what a journal reads back."""

from hjemmekontakt.visits.queries.at_work import away_of as away_of
from hjemmekontakt.visits.queries.at_work import citizens_with_visits as citizens_with_visits
from hjemmekontakt.visits.queries.at_work import reports_at_work as reports_at_work
from hjemmekontakt.visits.queries.at_work import visit_at_work as visit_at_work
from hjemmekontakt.visits.queries.at_work import visits_at_work as visits_at_work
from hjemmekontakt.visits.queries.journal import cancellation_for_journal as cancellation_for_journal
from hjemmekontakt.visits.queries.journal import search_cancellations_for_journal as search_cancellations_for_journal
from hjemmekontakt.visits.queries.journal import search_visits_for_journal as search_visits_for_journal
from hjemmekontakt.visits.queries.journal import visit_for_journal as visit_for_journal
from hjemmekontakt.visits.queries.notices import cancellation_outcomes as cancellation_outcomes
from hjemmekontakt.visits.queries.notices import performed as performed
from hjemmekontakt.visits.queries.plan import next_visit as next_visit
from hjemmekontakt.visits.queries.plan import past_visits as past_visits
from hjemmekontakt.visits.queries.plan import visit as visit
from hjemmekontakt.visits.queries.plan import visits_of as visits_of
from hjemmekontakt.visits.queries.silence import silence_of_unit as silence_of_unit
from hjemmekontakt.visits.queries.silence import silent_count as silent_count
from hjemmekontakt.visits.queries.silence import silent_visits as silent_visits
from hjemmekontakt.visits.queries.silence import still_silent as still_silent
