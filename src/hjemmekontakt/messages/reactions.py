"""What messages do when a unit's days or hours are changed elsewhere."""

from collections.abc import Sequence

from hjemmekontakt.access.actions import the_portal
from hjemmekontakt.messages import actions
from hjemmekontakt.municipalities.events import HoursChanged


def set_clocks(events: Sequence[HoursChanged]) -> None:
    """Let the clocks of what waits in the units ring by their new days and hours."""
    for unit_id, municipality_id in dict.fromkeys((event.unit_id, event.municipality_id) for event in events):
        actions.set_clocks_anew(the_portal(), unit_id, municipality_id)
