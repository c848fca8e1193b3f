"""Addresses of the unit's inbox: `/ansatt/…`."""

from django.urls import path

from hjemmekontakt.messages import staff_views

app_name = "inbox"
urlpatterns = [
    path("", staff_views.first, name="home"),
    path("innboks/<uuid:unit_id>/", staff_views.listing, name="list"),
    path("meldinger/<uuid:thread_id>/", staff_views.show, name="thread"),
    path("meldinger/<uuid:thread_id>/svar/", staff_views.answer, name="answer"),
    path("meldinger/<uuid:thread_id>/vedlegg/<uuid:attachment_id>/", staff_views.open_file, name="file"),
]
