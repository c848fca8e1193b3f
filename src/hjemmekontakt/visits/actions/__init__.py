"""What is done with visits: a journal reports them, a citizen asks to call one off, the journal answers."""

from hjemmekontakt.visits.actions.answering import answer_cancellation as answer_cancellation
from hjemmekontakt.visits.actions.answering_at_work import accept_wish as accept_wish
from hjemmekontakt.visits.actions.answering_at_work import confirm_cancellation as confirm_cancellation
from hjemmekontakt.visits.actions.answering_at_work import decline_cancellation as decline_cancellation
from hjemmekontakt.visits.actions.answering_at_work import decline_wish as decline_wish
from hjemmekontakt.visits.actions.answering_at_work import propose_other_time as propose_other_time
from hjemmekontakt.visits.actions.answering_at_work import settle_by_phone as settle_by_phone
from hjemmekontakt.visits.actions.answering_wishes import answer_wish as answer_wish
from hjemmekontakt.visits.actions.answering_wishes import expire_wishes as expire_wishes
from hjemmekontakt.visits.actions.cancelling import ask_to_cancel_visit as ask_to_cancel_visit
from hjemmekontakt.visits.actions.recording import record_visits as record_visits
from hjemmekontakt.visits.actions.wishing import answer_proposal as answer_proposal
from hjemmekontakt.visits.actions.wishing import wish_other_time as wish_other_time
from hjemmekontakt.visits.actions.wishing import withdraw_wish as withdraw_wish
