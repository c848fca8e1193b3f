"""Notifications as a Django application."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Registers preferences and notices."""

    name = "hjemmekontakt.notifications"
    label = "notifications"
