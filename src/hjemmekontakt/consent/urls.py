"""The addresses of the terms."""

from django.urls import path

from hjemmekontakt.consent import views

app_name = "consent"
urlpatterns = [
    path("", views.terms, name="terms"),
    path("takk/", views.thanks, name="thanks"),
    path("slutt/", views.stop, name="stop"),
]
