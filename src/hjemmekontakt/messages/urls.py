"""Addresses of the citizen's messages: `/meldinger/…`."""

from django.urls import path

from hjemmekontakt.messages import refresh_views, search_views, views

app_name = "messages"
urlpatterns = [
    path("", views.listing, name="list"),
    path("ny/", views.new, name="new"),
    path("nytt/", refresh_views.listing, name="fresh-list"),
    path("sok/", search_views.own, name="search"),
    path("<uuid:thread_id>/nytt/", refresh_views.thread, name="fresh-thread"),
    path("<uuid:thread_id>/", views.show, name="thread"),
    path("<uuid:thread_id>/svar/", views.reply, name="reply"),
]
