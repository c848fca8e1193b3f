"""What is done with messages: a citizen writes and continues, a unit answers and handles, a journal takes note."""

from hjemmekontakt.messages.actions.answering import answer as answer
from hjemmekontakt.messages.actions.journal import answer_from_journal as answer_from_journal
from hjemmekontakt.messages.actions.journal import record_receipt as record_receipt
from hjemmekontakt.messages.actions.writing import reply as reply
from hjemmekontakt.messages.actions.writing import write_message as write_message
