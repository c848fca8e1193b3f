"""Representation as a Django application."""

from django.apps import AppConfig


class RepresentationConfig(AppConfig):
    """Registers fullmakter."""

    name = "hjemmekontakt.representation"
    label = "representation"
