"""Municipalities as a Django application."""

from django.apps import AppConfig


class MunicipalitiesConfig(AppConfig):
    """Registers municipalities, districts, units and services."""

    name = "hjemmekontakt.municipalities"
    label = "municipalities"
