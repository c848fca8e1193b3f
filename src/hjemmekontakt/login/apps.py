"""Login as a Django application."""

from django.apps import AppConfig


class LoginConfig(AppConfig):
    """Registers sessions and machine tokens."""

    name = "hjemmekontakt.login"
    label = "login"
