"""What is done with messages: a citizen writes and continues, a unit answers and handles, a journal takes note."""

from hjemmekontakt.messages.actions.answering import answer as answer
from hjemmekontakt.messages.actions.broadcasts import approve_broadcast as approve_broadcast
from hjemmekontakt.messages.actions.broadcasts import broadcasts_due as broadcasts_due
from hjemmekontakt.messages.actions.broadcasts import make_broadcast as make_broadcast
from hjemmekontakt.messages.actions.broadcasts import reject_broadcast as reject_broadcast
from hjemmekontakt.messages.actions.broadcasts import send_batch as send_batch
from hjemmekontakt.messages.actions.broadcasts import withdraw_broadcast as withdraw_broadcast
from hjemmekontakt.messages.actions.journal import answer_from_journal as answer_from_journal
from hjemmekontakt.messages.actions.journal import record_receipt as record_receipt
from hjemmekontakt.messages.actions.templates import change_template as change_template
from hjemmekontakt.messages.actions.templates import put_away_template as put_away_template
from hjemmekontakt.messages.actions.templates import take_back_template as take_back_template
from hjemmekontakt.messages.actions.templates import write_template as write_template
from hjemmekontakt.messages.actions.writing import reply as reply
from hjemmekontakt.messages.actions.writing import write_message as write_message
