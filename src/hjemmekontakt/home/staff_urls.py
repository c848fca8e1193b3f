"""Addresses of the unit's own pages at work, beside its inbox: `/ansatt/…`."""

from django.urls import path

from hjemmekontakt.home import printed_inbox, statistics, unit_closed
from hjemmekontakt.people import staff_views as people

app_name = "staff"
urlpatterns = [
    path("statistikk/", statistics.first, name="statistics-first"),
    path("statistikk/<uuid:unit_id>/", statistics.show, name="statistics"),
    path("statistikk/<uuid:unit_id>/statistikk.csv", statistics.download, name="statistics-csv"),
    path("innboks/<uuid:unit_id>/utskrift/", printed_inbox.show, name="printed-inbox"),
    path("fravaer/", people.absences, name="absences"),
    path("fravaer/<uuid:employee_id>/<uuid:absence_id>/avslutt/", people.end, name="end-absence"),
    path("enhet/<uuid:unit_id>/stengt/", unit_closed.show, name="closed"),
    path("enhet/<uuid:unit_id>/stengt/angre/", unit_closed.undo, name="undo"),
]
