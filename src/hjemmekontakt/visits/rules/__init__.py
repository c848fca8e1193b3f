"""What a visit and a cancellation are, what a journal tells about them, and the decisions over them."""

from hjemmekontakt.visits.rules.at_work import *  # noqa: F403
from hjemmekontakt.visits.rules.away import *  # noqa: F403
from hjemmekontakt.visits.rules.calendar import *  # noqa: F403
from hjemmekontakt.visits.rules.cancelling import *  # noqa: F403
from hjemmekontakt.visits.rules.changes import *  # noqa: F403
from hjemmekontakt.visits.rules.plans import *  # noqa: F403
from hjemmekontakt.visits.rules.silence import *  # noqa: F403
from hjemmekontakt.visits.rules.telling import *  # noqa: F403
from hjemmekontakt.visits.rules.views import *  # noqa: F403
from hjemmekontakt.visits.rules.visits import *  # noqa: F403
