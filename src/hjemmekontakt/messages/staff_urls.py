"""Addresses of the unit's inbox: `/ansatt/…`."""

from django.urls import path

from hjemmekontakt.messages import handling_views, staff_views

app_name = "inbox"
urlpatterns = [
    path("", staff_views.first, name="home"),
    path("innboks/<uuid:unit_id>/", staff_views.listing, name="list"),
    path("meldinger/<uuid:thread_id>/", staff_views.show, name="thread"),
    path("meldinger/<uuid:thread_id>/svar/", staff_views.answer, name="answer"),
    path("meldinger/<uuid:thread_id>/telefon/", handling_views.answer_by_phone, name="answer-by-phone"),
    path("meldinger/<uuid:thread_id>/merknad/", handling_views.note, name="note"),
    path("meldinger/<uuid:thread_id>/trenger-ikke-svar/", handling_views.need_no_reply, name="need-no-reply"),
    path("meldinger/<uuid:thread_id>/ta/", handling_views.take, name="take"),
    path("meldinger/<uuid:thread_id>/legg-tilbake/", handling_views.put_back, name="put-back"),
    path("meldinger/<uuid:thread_id>/gi/", handling_views.give, name="give"),
    path("meldinger/<uuid:thread_id>/overfor/", handling_views.transfer, name="transfer"),
    path("meldinger/<uuid:thread_id>/sak/<slug:address>/", handling_views.treat_as_case, name="treat-as-case"),
    path("meldinger/<uuid:thread_id>/avslutt/", handling_views.close, name="close"),
    path("meldinger/<uuid:thread_id>/apne-igjen/", handling_views.reopen, name="reopen"),
]
