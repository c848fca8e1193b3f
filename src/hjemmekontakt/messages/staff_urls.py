"""Addresses of the unit's inbox: `/ansatt/…`."""

from django.urls import path

from hjemmekontakt.messages import staff_views, template_pages

app_name = "inbox"
urlpatterns = [
    path("", staff_views.first, name="home"),
    path("innboks/<uuid:unit_id>/", staff_views.listing, name="list"),
    path("meldinger/<uuid:thread_id>/", staff_views.show, name="thread"),
    path("meldinger/<uuid:thread_id>/svar/", staff_views.answer, name="answer"),
    path("maler/", template_pages.listing, name="templates"),
    path("maler/ny/", template_pages.new, name="new-template"),
    path("maler/<uuid:template_id>/", template_pages.change, name="template"),
    path("maler/<uuid:template_id>/legg-bort/", template_pages.put_away, name="put-away-template"),
    path("maler/<uuid:template_id>/ta-i-bruk/", template_pages.take_back, name="take-back-template"),
]
