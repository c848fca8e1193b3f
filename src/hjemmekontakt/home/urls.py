"""The addresses of the pages that compose several domains."""

from django.urls import include, path

from hjemmekontakt.home import first_page, other_time

app_name = "home"
urlpatterns = [
    path("", first_page.show, name="first"),
    path("timeavtaler/<uuid:visit_id>/annen-tid/", other_time.ask, name="other-time"),
    path("", include("hjemmekontakt.home.public_urls")),
    path("", include("hjemmekontakt.home.profile_urls")),
    path("", include("hjemmekontakt.home.staff_urls")),
]
