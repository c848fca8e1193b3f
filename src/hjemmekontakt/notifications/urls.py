"""Addresses under `/profil/kontaktinformasjon/`."""

from django.urls import path

from hjemmekontakt.notifications import own_contact_views, views
from hjemmekontakt.notifications.push import views as push_views

app_name = "notifications"
urlpatterns = [
    path("", views.setup, name="setup"),
    path("oppsett/", views.choose_level, name="level"),
    path("eget/", own_contact_views.ask, name="own-contact"),
    path("eget/kode/", own_contact_views.confirm, name="code"),
    path("eget/slett/", own_contact_views.forget, name="forget"),
    path("nettleser/", push_views.keep, name="browser"),
    path("nettleser/slutt/", push_views.forget, name="forget-browser"),
    path("nettleser/slutt/alle/", push_views.forget_all, name="forget-browsers"),
]
