"""Addresses of the staff's pages beside their inbox, each of them of several domains or of none: `/ansatt/…`."""

from django.urls import path

from hjemmekontakt.home import (
    broadcasts,
    names,
    person_card,
    printed_inbox,
    report_visit,
    silence,
    silent,
    statistics,
    today,
    unit_closed,
    week_sheet,
)
from hjemmekontakt.notifications.call_list import staff_views as calls
from hjemmekontakt.notifications.support import staff_views as desk
from hjemmekontakt.people import staff_views as people
from hjemmekontakt.visits import request_views as requests
from hjemmekontakt.visits.rules.waiting import RequestKind

app_name = "staff"
urlpatterns = [
    path("i-dag/", today.show, name="today"),
    path("i-dag/<uuid:visit_id>/meld/", report_visit.report, name="report-visit"),
    path("i-dag/<uuid:visit_id>/angre/", report_visit.undo, name="undo-report"),
    path("stille/", silent.show, name="silent"),
    path("stille/<uuid:visit_id>/avklart/", silent.settle, name="settle-silent"),
    path("ring/", calls.show, name="calls"),
    path("ring/<uuid:visit_id>/ringt/", calls.called, name="called"),
    path("ring/<uuid:visit_id>/angre/", calls.undo, name="undo-call"),
    path("varsler/", desk.desk, name="notice-desk"),
    path("varsler/innstillinger/", desk.set_caps, name="notice-settings"),
    path("varsler/ro/", desk.set_night, name="notice-night"),
    path("varsler/person/<uuid:citizen_id>/", desk.person, name="notices-of-person"),
    path("foresporsler/", requests.listing, name="requests"),
    path(
        "foresporsler/avlysning/<uuid:request_id>/",
        requests.show,
        {"kind": RequestKind.CANCELLATION},
        name="request-cancellation",
    ),
    path("foresporsler/onske/<uuid:request_id>/", requests.show, {"kind": RequestKind.WISH}, name="request-wish"),
    path("person/<uuid:citizen_id>/", person_card.show, name="person"),
    path("person/<uuid:citizen_id>/kort/", person_card.fragment, name="person-card"),
    path("personer/<uuid:citizen_id>/uke/", week_sheet.show, name="week"),
    path("utsendinger/", broadcasts.first, name="first-broadcasts"),
    path("utsendinger/<uuid:unit_id>/", broadcasts.listing, name="broadcasts"),
    path("utsendinger/<uuid:unit_id>/ny/", broadcasts.new, name="new-broadcast"),
    path("utsendinger/<uuid:unit_id>/<uuid:broadcast_id>/", broadcasts.show, name="broadcast"),
    path("utsendinger/<uuid:unit_id>/<uuid:broadcast_id>/godkjenn/", broadcasts.approve, name="approve-broadcast"),
    path("utsendinger/<uuid:unit_id>/<uuid:broadcast_id>/avvis/", broadcasts.reject, name="reject-broadcast"),
    path("utsendinger/<uuid:unit_id>/<uuid:broadcast_id>/trekk/", broadcasts.withdraw, name="withdraw-broadcast"),
    path("statistikk/", statistics.first, name="statistics-first"),
    path("statistikk/<uuid:unit_id>/", statistics.show, name="statistics"),
    path("statistikk/<uuid:unit_id>/statistikk.csv", statistics.download, name="statistics-csv"),
    path("innboks/<uuid:unit_id>/utskrift/", printed_inbox.show, name="printed-inbox"),
    path("fravaer/", people.absences, name="absences"),
    path("fravaer/<uuid:employee_id>/<uuid:absence_id>/avslutt/", people.end, name="end-absence"),
    path("enhet/<uuid:unit_id>/navn/", names.show, name="names"),
    path("enhet/<uuid:unit_id>/navn/enhet/", names.of_unit, name="names-of-unit"),
    path("enhet/<uuid:unit_id>/navn/ansatt/<uuid:employee_id>/", names.of_employee, name="names-of-employee"),
    path("enhet/<uuid:unit_id>/navn/innbygger/<uuid:citizen_id>/", names.from_citizen, name="names-from-citizen"),
    path("enhet/<uuid:unit_id>/stengt/", unit_closed.show, name="closed"),
    path("enhet/<uuid:unit_id>/stengt/angre/", unit_closed.undo, name="undo"),
    path("enhet/<uuid:unit_id>/stillhet/", silence.show, name="silence"),
    path("enhet/<uuid:unit_id>/stillhet/av/", silence.off, name="silence-off"),
]
