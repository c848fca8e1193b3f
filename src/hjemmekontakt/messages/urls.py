"""Addresses of the citizen's messages: `/meldinger/…`."""

from django.urls import path

from hjemmekontakt.messages import views

app_name = "messages"
urlpatterns = [
    path("", views.listing, name="list"),
    path("ny/", views.new, name="new"),
    path("<uuid:thread_id>/", views.show, name="thread"),
    path("<uuid:thread_id>/svar/", views.reply, name="reply"),
    path("<uuid:thread_id>/vedlegg/<uuid:attachment_id>/", views.open_file, name="file"),
]
