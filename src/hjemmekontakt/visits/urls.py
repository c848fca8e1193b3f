"""Addresses of the citizen's pages of visits, under `/timeavtaler/`."""

from django.urls import path

from hjemmekontakt.visits import views, wish_views

app_name = "visits"
urlpatterns = [
    path("", views.listing, name="list"),
    path("tidligere/", views.past, name="past"),
    path("<uuid:visit_id>/", views.show, name="show"),
    path("<uuid:visit_id>/avlys/", views.cancel, name="cancel"),
    path("<uuid:visit_id>/annen-tid/<uuid:wish_id>/ta-tilbake/", wish_views.withdraw, name="withdraw-wish"),
    path("<uuid:visit_id>/annen-tid/<uuid:wish_id>/svar/", wish_views.answer, name="answer-proposal"),
]
