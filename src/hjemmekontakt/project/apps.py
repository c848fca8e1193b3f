"""The project as a Django application: it connects the listeners when everything is loaded."""

import os

from django.apps import AppConfig
from django.conf import settings


class ProjectConfig(AppConfig):
    """Connects the domains' events to those who listen, and the demo's clock where there is a demo."""

    name = "hjemmekontakt.project"
    label = "project"

    def ready(self) -> None:
        """Subscribe the reactions, and follow the demo's clock where there is one."""
        from hjemmekontakt.project import demo_clock, listeners

        listeners.connect()
        if settings.IS_DEMO and os.environ.get("HK_ROLE") != "owner":
            demo_clock.follow()
