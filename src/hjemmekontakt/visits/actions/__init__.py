"""What is done with visits: a journal reports them, a citizen asks to call some off or takes it back, the journal answers."""

from hjemmekontakt.visits.actions.alarms import ring_for_silent_journals as ring_for_silent_journals
from hjemmekontakt.visits.actions.answering import answer_cancellation as answer_cancellation
from hjemmekontakt.visits.actions.at_work import ReportedAlready as ReportedAlready
from hjemmekontakt.visits.actions.at_work import report_visit as report_visit
from hjemmekontakt.visits.actions.at_work import undo_report as undo_report
from hjemmekontakt.visits.actions.away import change_time_away as change_time_away
from hjemmekontakt.visits.actions.away import end_time_away as end_time_away
from hjemmekontakt.visits.actions.away import go_away as go_away
from hjemmekontakt.visits.actions.calendar import end_calendar as end_calendar
from hjemmekontakt.visits.actions.calendar import fetch_calendar as fetch_calendar
from hjemmekontakt.visits.actions.calendar import make_calendar as make_calendar
from hjemmekontakt.visits.actions.cancelling import ask_to_cancel_visit as ask_to_cancel_visit
from hjemmekontakt.visits.actions.looking import look_at_visits as look_at_visits
from hjemmekontakt.visits.actions.planning import extend_plans as extend_plans
from hjemmekontakt.visits.actions.planning import record_plans as record_plans
from hjemmekontakt.visits.actions.recording import record_visits as record_visits
from hjemmekontakt.visits.actions.silence import settle_silent_visit as settle_silent_visit
from hjemmekontakt.visits.actions.silence import switch_silence_off as switch_silence_off
from hjemmekontakt.visits.actions.silence import switch_silence_on as switch_silence_on
from hjemmekontakt.visits.actions.silence import watch_silence as watch_silence
from hjemmekontakt.visits.actions.withdrawing import need_visit as need_visit
from hjemmekontakt.visits.actions.withdrawing import withdraw_cancellation as withdraw_cancellation
