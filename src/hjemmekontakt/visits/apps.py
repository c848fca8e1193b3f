"""Visits as a Django application."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """Registers visits and cancellations."""

    name = "hjemmekontakt.visits"
    label = "visits"
