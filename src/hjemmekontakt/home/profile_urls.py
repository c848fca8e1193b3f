"""Addresses of the profile's pages, the log and the health contacts; fullmakter and notices have their own."""

from django.urls import path

from hjemmekontakt.home import contacts, log, notices, profile, use

urlpatterns = [
    path("helsekontakter/", contacts.listing, name="contacts"),
    path("profil/", profile.show, name="profile"),
    path("profil/personopplysninger/", profile.personal, name="personal"),
    path("profil/bruk/", use.show, name="use"),
    path("profil/deling/", profile.sharing, name="sharing"),
    path("profil/logg/", log.show, name="log"),
    path("profil/logg/varsler/", notices.show, name="notices"),
    path("profil/logg/last-ned/", log.download, name="log-download"),
]
