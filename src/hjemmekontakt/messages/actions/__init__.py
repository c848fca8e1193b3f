"""What is done with messages: a citizen writes and continues, a unit answers and handles, a journal takes note."""

from hjemmekontakt.messages.actions.answering import answer as answer
from hjemmekontakt.messages.actions.answering import answer_by_phone as answer_by_phone
from hjemmekontakt.messages.actions.journal import answer_from_journal as answer_from_journal
from hjemmekontakt.messages.actions.journal import record_receipt as record_receipt
from hjemmekontakt.messages.actions.sending_on import transfer_thread as transfer_thread
from hjemmekontakt.messages.actions.sending_on import treat_as_case as treat_as_case
from hjemmekontakt.messages.actions.settling import close_thread as close_thread
from hjemmekontakt.messages.actions.settling import need_no_reply as need_no_reply
from hjemmekontakt.messages.actions.settling import note as note
from hjemmekontakt.messages.actions.settling import reopen_thread as reopen_thread
from hjemmekontakt.messages.actions.taking import give_thread as give_thread
from hjemmekontakt.messages.actions.taking import put_back_thread as put_back_thread
from hjemmekontakt.messages.actions.taking import take_thread as take_thread
from hjemmekontakt.messages.actions.writing import reply as reply
from hjemmekontakt.messages.actions.writing import write_message as write_message
