"""Reads of visits and cancellations: the citizen's plan, the unit's day, and what a journal reads back."""

from hjemmekontakt.visits.queries.at_work import citizens_with_visits as citizens_with_visits
from hjemmekontakt.visits.queries.at_work import visits_at_work as visits_at_work
from hjemmekontakt.visits.queries.calendar import calendar as calendar
from hjemmekontakt.visits.queries.calendar import calendars as calendars
from hjemmekontakt.visits.queries.calendar import who_fetches as who_fetches
from hjemmekontakt.visits.queries.calendar import why_not_make_another as why_not_make_another
from hjemmekontakt.visits.queries.journal import cancellation_for_journal as cancellation_for_journal
from hjemmekontakt.visits.queries.journal import search_cancellations_for_journal as search_cancellations_for_journal
from hjemmekontakt.visits.queries.journal import search_visits_for_journal as search_visits_for_journal
from hjemmekontakt.visits.queries.journal import visit_for_journal as visit_for_journal
from hjemmekontakt.visits.queries.notices import cancellation_outcomes as cancellation_outcomes
from hjemmekontakt.visits.queries.notices import performed as performed
from hjemmekontakt.visits.queries.plan import next_visit as next_visit
from hjemmekontakt.visits.queries.plan import past_visits as past_visits
from hjemmekontakt.visits.queries.plan import shown_visits_of as shown_visits_of
from hjemmekontakt.visits.queries.plan import visit as visit
from hjemmekontakt.visits.queries.plan import visits_of as visits_of
