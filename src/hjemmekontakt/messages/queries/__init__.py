"""Reads of threads: the citizen's list and dialogue, the unit's inbox. To open one is to mark how far one has read."""

from hjemmekontakt.messages.queries.citizen import before_writing as before_writing
from hjemmekontakt.messages.queries.citizen import latest_unread as latest_unread
from hjemmekontakt.messages.queries.citizen import services_to_write_to as services_to_write_to
from hjemmekontakt.messages.queries.citizen import subjects_of as subjects_of
from hjemmekontakt.messages.queries.citizen import thread as thread
from hjemmekontakt.messages.queries.citizen import threads_of as threads_of
from hjemmekontakt.messages.queries.citizen import unread_count as unread_count
from hjemmekontakt.messages.queries.inbox import inbox as inbox
from hjemmekontakt.messages.queries.journal import message_for_journal as message_for_journal
from hjemmekontakt.messages.queries.staff_thread import before_giving as before_giving
from hjemmekontakt.messages.queries.staff_thread import before_sending_on as before_sending_on
from hjemmekontakt.messages.queries.staff_thread import staff_thread as staff_thread
