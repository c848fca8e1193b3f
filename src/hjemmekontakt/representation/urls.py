"""Addresses under `/profil/fullmakter/`."""

from django.urls import path

from hjemmekontakt.representation import views

app_name = "representation"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("ny/", views.give, name="give"),
    path("<uuid:fullmakt_id>/trekk-tilbake/", views.withdraw, name="withdraw"),
    path("<uuid:fullmakt_id>/si-fra-deg/", views.resign, name="resign"),
    path("<uuid:fullmakt_id>/svar/", views.answer, name="answer"),
]
