"""Addresses of the unit's inbox: `/ansatt/…`."""

from django.urls import path

from hjemmekontakt.messages import refresh_views, search_views, staff_views

app_name = "inbox"
urlpatterns = [
    path("", staff_views.first, name="home"),
    path("innboks/<uuid:unit_id>/", staff_views.listing, name="list"),
    path("innboks/<uuid:unit_id>/nytt/", refresh_views.inbox, name="fresh-list"),
    path("meldinger/<uuid:thread_id>/nytt/", refresh_views.staff_thread, name="fresh-thread"),
    path("sok/", search_views.at_work, name="search"),
    path("person/<uuid:citizen_id>/", search_views.person, name="person"),
    path("meldinger/<uuid:thread_id>/", staff_views.show, name="thread"),
    path("meldinger/<uuid:thread_id>/svar/", staff_views.answer, name="answer"),
]
