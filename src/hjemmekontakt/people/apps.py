"""People as a Django application."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers citizens, employees and decisions."""

    name = "hjemmekontakt.people"
    label = "people"
