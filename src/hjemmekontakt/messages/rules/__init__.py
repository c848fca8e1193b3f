"""The words of a dialogue, and the pure decisions over it: what may be written, and what a thread becomes."""

from hjemmekontakt.messages.rules.alarms import *  # noqa: F403
from hjemmekontakt.messages.rules.attachments import *  # noqa: F403
from hjemmekontakt.messages.rules.broadcasts import *  # noqa: F403
from hjemmekontakt.messages.rules.danger_words import *  # noqa: F403
from hjemmekontakt.messages.rules.figures import *  # noqa: F403
from hjemmekontakt.messages.rules.handling import *  # noqa: F403
from hjemmekontakt.messages.rules.language import *  # noqa: F403
from hjemmekontakt.messages.rules.letters import *  # noqa: F403
from hjemmekontakt.messages.rules.lists import *  # noqa: F403  # noqa: F403
from hjemmekontakt.messages.rules.live import *  # noqa: F403
from hjemmekontakt.messages.rules.searching import *  # noqa: F403
from hjemmekontakt.messages.rules.signature import *  # noqa: F403
from hjemmekontakt.messages.rules.states import *  # noqa: F403
from hjemmekontakt.messages.rules.templates import *  # noqa: F403
from hjemmekontakt.messages.rules.views import *  # noqa: F403
from hjemmekontakt.messages.rules.writing import *  # noqa: F403
