"""What people are told of, whom to tell, by which channel, and each decision with its reason; pure."""

from hjemmekontakt.notifications.rules.choosing import *  # noqa: F403
from hjemmekontakt.notifications.rules.kinds import *  # noqa: F403
from hjemmekontakt.notifications.rules.telling import *  # noqa: F403
from hjemmekontakt.notifications.rules.views import *  # noqa: F403
