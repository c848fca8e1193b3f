"""Addresses of the citizen's pages of visits, under `/timeavtaler/`."""

from django.urls import path

from hjemmekontakt.visits import away_views, calendar_views, views, wish_views

app_name = "visits"
urlpatterns = [
    path("", views.listing, name="list"),
    path("uke/", views.week, name="week"),
    path("tidligere/", views.past, name="past"),
    path("kalender/", calendar_views.calendars, name="calendars"),
    path("kalender/<uuid:feed_id>/slett/", calendar_views.delete, name="delete_calendar"),
    path("borte/", away_views.tell, name="away"),
    path("borte/<uuid:away_id>/", away_views.show, name="away-show"),
    path("borte/<uuid:away_id>/endre/", away_views.change, name="away-change"),
    path("borte/<uuid:away_id>/tilbake/", away_views.come_back, name="away-end"),
    path("avlysning/<uuid:cancellation_id>/angre/", views.withdraw, name="withdraw"),
    path("avlysning/<uuid:cancellation_id>/likevel/", views.need, name="need"),
    path("<uuid:visit_id>/rekke/", away_views.tell, name="series"),
    path("<uuid:visit_id>/", views.show, name="show"),
    path("<uuid:visit_id>/avlys/", views.cancel, name="cancel"),
    path("<uuid:visit_id>/annen-tid/<uuid:wish_id>/ta-tilbake/", wish_views.withdraw, name="withdraw-wish"),
    path("<uuid:visit_id>/annen-tid/<uuid:wish_id>/svar/", wish_views.answer, name="answer-proposal"),
]
