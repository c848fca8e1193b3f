"""The kit as Django knows it: an app with templates and static files and no tables."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    """The page frame and its components."""

    name = "hjemmekontakt.kit"
