"""Reads of visits and cancellations: the citizen's plan, the unit's day, and what a journal reads back."""

from hjemmekontakt.visits.queries.at_work import citizens_with_visits as citizens_with_visits
from hjemmekontakt.visits.queries.at_work import visits_at_work as visits_at_work
from hjemmekontakt.visits.queries.away_pages import away_period as away_period
from hjemmekontakt.visits.queries.away_pages import visits_in_time_away as visits_in_time_away
from hjemmekontakt.visits.queries.due import municipalities_with_silent_journals as municipalities_with_silent_journals
from hjemmekontakt.visits.queries.journal import cancellation_for_journal as cancellation_for_journal
from hjemmekontakt.visits.queries.journal import search_cancellations_for_journal as search_cancellations_for_journal
from hjemmekontakt.visits.queries.journal import search_visits_for_journal as search_visits_for_journal
from hjemmekontakt.visits.queries.journal import visit_for_journal as visit_for_journal
from hjemmekontakt.visits.queries.notices import cancellation_outcomes as cancellation_outcomes
from hjemmekontakt.visits.queries.notices import performed as performed
from hjemmekontakt.visits.queries.plan import next_visit as next_visit
from hjemmekontakt.visits.queries.plan import past_visits as past_visits
from hjemmekontakt.visits.queries.plan import visit as visit
from hjemmekontakt.visits.queries.plan import visit_of_cancellation as visit_of_cancellation
from hjemmekontakt.visits.queries.plan import visits_of as visits_of
