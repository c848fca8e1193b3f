"""The ground as a Django application: it owns the outbox and the jobs' memory."""

from django.apps import AppConfig


class GroundConfig(AppConfig):
    """Registers the ground's tables."""

    name = "hjemmekontakt.ground"
    label = "ground"
