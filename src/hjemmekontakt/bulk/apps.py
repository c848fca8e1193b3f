"""Large jobs as a Django application."""

from django.apps import AppConfig


class BulkConfig(AppConfig):
    """Registers the jobs, what waits in them and what came of them."""

    name = "hjemmekontakt.bulk"
    label = "bulk"
