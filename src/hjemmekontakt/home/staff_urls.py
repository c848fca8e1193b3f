"""The staff's pages that compose several domains: `/ansatt/…`."""

from django.urls import path

from hjemmekontakt.home import broadcasts, person_card, today

urlpatterns = [
    path("ansatt/i-dag/", today.show, name="today"),
    path("ansatt/person/<uuid:citizen_id>/", person_card.show, name="person"),
    path("ansatt/person/<uuid:citizen_id>/kort/", person_card.fragment, name="person-card"),
    path("ansatt/utsendinger/", broadcasts.first, name="first-broadcasts"),
    path("ansatt/utsendinger/<uuid:unit_id>/", broadcasts.listing, name="broadcasts"),
    path("ansatt/utsendinger/<uuid:unit_id>/ny/", broadcasts.new, name="new-broadcast"),
    path("ansatt/utsendinger/<uuid:unit_id>/<uuid:broadcast_id>/", broadcasts.show, name="broadcast"),
    path(
        "ansatt/utsendinger/<uuid:unit_id>/<uuid:broadcast_id>/godkjenn/", broadcasts.approve, name="approve-broadcast"
    ),
    path("ansatt/utsendinger/<uuid:unit_id>/<uuid:broadcast_id>/avvis/", broadcasts.reject, name="reject-broadcast"),
    path(
        "ansatt/utsendinger/<uuid:unit_id>/<uuid:broadcast_id>/trekk/", broadcasts.withdraw, name="withdraw-broadcast"
    ),
]
