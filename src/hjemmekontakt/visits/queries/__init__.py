"""Reads of visits and cancellations: the citizen's plan, the unit's day, and what a journal reads back."""

from hjemmekontakt.visits.queries.at_work import citizens_with_visits as citizens_with_visits
from hjemmekontakt.visits.queries.at_work import visits_at_work as visits_at_work
from hjemmekontakt.visits.queries.journal import search_visits_for_journal as search_visits_for_journal
from hjemmekontakt.visits.queries.journal import visit_for_journal as visit_for_journal
from hjemmekontakt.visits.queries.notices import cancellation_outcomes as cancellation_outcomes
from hjemmekontakt.visits.queries.notices import performed as performed
from hjemmekontakt.visits.queries.notices import wish_outcomes as wish_outcomes
from hjemmekontakt.visits.queries.plan import next_visit as next_visit
from hjemmekontakt.visits.queries.plan import past_visits as past_visits
from hjemmekontakt.visits.queries.plan import visit as visit
from hjemmekontakt.visits.queries.plan import visits_of as visits_of
from hjemmekontakt.visits.queries.requests_for_journal import request_for_journal as request_for_journal
from hjemmekontakt.visits.queries.requests_for_journal import search_requests_for_journal as search_requests_for_journal
from hjemmekontakt.visits.queries.waiting import request_at_work as request_at_work
from hjemmekontakt.visits.queries.waiting import waiting_at_work as waiting_at_work
from hjemmekontakt.visits.queries.waiting import waiting_count as waiting_count
from hjemmekontakt.visits.queries.wishes import municipalities_with_begun_wishes as municipalities_with_begun_wishes
from hjemmekontakt.visits.queries.wishes import wish_on_visit as wish_on_visit
