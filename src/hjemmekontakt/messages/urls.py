"""Addresses of the citizen's messages: `/meldinger/…`; what ends in `kladd/` is a draft that a page saves by itself."""

from django.urls import path

from hjemmekontakt.messages import refresh_views, search_views, views

app_name = "messages"
urlpatterns = [
    path("", views.listing, name="list"),
    path("arkiv/", views.archive, name="archive"),
    path("ny/", views.new, name="new"),
    path("ny/kladd/", views.keep_new, name="new-draft"),
    path("nytt/", refresh_views.listing, name="fresh-list"),
    path("sok/", search_views.own, name="search"),
    path("<uuid:thread_id>/nytt/", refresh_views.thread, name="fresh-thread"),
    path("<uuid:thread_id>/", views.show, name="thread"),
    path("<uuid:thread_id>/utskrift/", views.paper, name="paper"),
    path("<uuid:thread_id>/svar/", views.reply, name="reply"),
    path("<uuid:thread_id>/kladd/", views.keep_reply, name="reply-draft"),
    path("<uuid:thread_id>/arkiver/", views.put_away, name="put-away"),
    path("<uuid:thread_id>/hent-fram/", views.fetch_back, name="fetch-back"),
    path("<uuid:thread_id>/vedlegg/<uuid:attachment_id>/", views.open_file, name="file"),
]
