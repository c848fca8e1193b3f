"""The project as a Django application: it connects the listeners when everything is loaded."""

import gc
import os

from django.apps import AppConfig
from django.conf import LazySettings, settings
from django.contrib.postgres.signals import register_type_handlers
from django.core.cache import close_caches
from django.core.signals import request_finished, request_started
from django.db import reset_queries
from django.db.backends.signals import connection_created
from django.middleware import csrf


class ProjectConfig(AppConfig):
    """Connects the domains' events to those who listen, and the demo's clock where there is a demo."""

    name = "hjemmekontakt.project"
    label = "project"

    def ready(self) -> None:
        """Subscribe the reactions, draw form tokens in one go, and follow the demo's clock where there is one."""
        from hjemmekontakt.project import demo_clock, form_tokens, listeners

        listeners.connect()
        csrf._get_new_csrf_string = form_tokens.random_letters  # no public setting of Django's: a test holds it
        _look_up_settings_at_once()
        _look_for_rings_less_often()
        _ask_no_more_of_what_nobody_uses()
        if settings.IS_DEMO and os.environ.get("HK_ROLE") != "owner":
            demo_clock.follow()


def _look_up_settings_at_once() -> None:
    """Let a setting that has been looked up be found by Python itself (decision 77).

    Django asks of each, some forty times in a page, whether it is a method that stands in for one of what it wraps. Settings
    have no such: a test holds it. No public setting of Django's.
    """
    LazySettings.__getattribute__ = object.__getattribute__  # type: ignore[method-assign]


def _look_for_rings_less_often() -> None:
    """Let Python look for what is held by itself alone after 10,000 new things, not after 700 (decision 59).

    A bundle makes many thousands, hardly one of them in a ring, and each look goes through all that are new.
    """
    gc.set_threshold(10_000)


def _ask_no_more_of_what_nobody_uses() -> None:
    """Spare each request what Django does for caches, kinds of columns and a record of statements that we do not have."""
    request_finished.disconnect(close_caches)
    connection_created.disconnect(register_type_handlers)  # of hstore and citext
    if not settings.DEBUG:
        request_started.disconnect(reset_queries)
