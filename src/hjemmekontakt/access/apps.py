"""Access as a Django application: it owns the access log and its seal."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Registers the access log's tables."""

    name = "hjemmekontakt.access"
    label = "access"
