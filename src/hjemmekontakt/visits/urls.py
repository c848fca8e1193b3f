"""Addresses of the citizen's pages of visits, under `/timeavtaler/`."""

from django.urls import path

from hjemmekontakt.visits import calendar_views, views

app_name = "visits"
urlpatterns = [
    path("", views.listing, name="list"),
    path("tidligere/", views.past, name="past"),
    path("kalender/", calendar_views.calendars, name="calendars"),
    path("kalender/<uuid:feed_id>/slett/", calendar_views.delete, name="delete_calendar"),
    path("<uuid:visit_id>/", views.show, name="show"),
    path("<uuid:visit_id>/avlys/", views.cancel, name="cancel"),
]
