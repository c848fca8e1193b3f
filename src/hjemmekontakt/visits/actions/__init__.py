"""What is done with visits: a journal reports them, a citizen asks to call one off, the journal answers."""

from hjemmekontakt.visits.actions.answering import answer_cancellation as answer_cancellation
from hjemmekontakt.visits.actions.calendar import end_calendar as end_calendar
from hjemmekontakt.visits.actions.calendar import fetch_calendar as fetch_calendar
from hjemmekontakt.visits.actions.calendar import make_calendar as make_calendar
from hjemmekontakt.visits.actions.cancelling import ask_to_cancel_visit as ask_to_cancel_visit
from hjemmekontakt.visits.actions.recording import record_visits as record_visits
