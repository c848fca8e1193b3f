"""Consent as a Django application."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """Registers terms and activation."""

    name = "hjemmekontakt.consent"
    label = "consent"
