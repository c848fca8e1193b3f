"""Addresses under `/profil/kontaktinformasjon/`."""

from django.urls import path

from hjemmekontakt.notifications import views

app_name = "notifications"
urlpatterns = [path("", views.setup, name="setup")]
