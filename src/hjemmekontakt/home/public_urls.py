"""Addresses that everybody may read without logging in."""

from django.urls import path

from hjemmekontakt.home import help, overview

urlpatterns = [
    path("kommunetjenester/", overview.listing, name="overview"),
    path("hjelp/", help.answers, name="help"),
    path("tilgjengelighet/", help.accessibility, name="accessibility"),
    path("personvern/", help.privacy, name="privacy"),
]
