"""What is done with visits: a journal reports them, a citizen asks to call some off or takes it back, the journal answers."""

from hjemmekontakt.visits.actions.alarms import ring_for_silent_journals as ring_for_silent_journals
from hjemmekontakt.visits.actions.answering import answer_cancellation as answer_cancellation
from hjemmekontakt.visits.actions.away import change_time_away as change_time_away
from hjemmekontakt.visits.actions.away import end_time_away as end_time_away
from hjemmekontakt.visits.actions.away import go_away as go_away
from hjemmekontakt.visits.actions.cancelling import ask_to_cancel_visit as ask_to_cancel_visit
from hjemmekontakt.visits.actions.recording import record_visits as record_visits
from hjemmekontakt.visits.actions.withdrawing import need_visit as need_visit
from hjemmekontakt.visits.actions.withdrawing import withdraw_cancellation as withdraw_cancellation
