"""The words of a dialogue, and the pure decisions over it: what may be written, and what a thread becomes."""

from hjemmekontakt.messages.rules.handling import *  # noqa: F403
from hjemmekontakt.messages.rules.lists import *  # noqa: F403
from hjemmekontakt.messages.rules.states import *  # noqa: F403
from hjemmekontakt.messages.rules.views import *  # noqa: F403
from hjemmekontakt.messages.rules.writing import *  # noqa: F403
