"""Messages as a Django application."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Registers threads and messages."""

    name = "hjemmekontakt.messages"
    label = "messages"
