"""Addresses of the unit's inbox: `/ansatt/…`."""

from django.urls import path

from hjemmekontakt.messages import (
    handling_views,
    letter_views,
    refresh_views,
    search_views,
    staff_views,
    template_pages,
)

app_name = "inbox"
urlpatterns = [
    path("", staff_views.first, name="home"),
    path("meldinger/<uuid:thread_id>/", staff_views.show, name="thread"),  # what is opened most is looked among first
    path("innboks/<uuid:unit_id>/", staff_views.listing, name="list"),
    path("innboks/<uuid:unit_id>/nytt/", refresh_views.inbox, name="fresh-list"),
    path("meldinger/<uuid:thread_id>/nytt/", refresh_views.staff_thread, name="fresh-thread"),
    path("sok/", search_views.at_work, name="search"),
    path("person/<uuid:citizen_id>/meldinger/", search_views.person, name="person"),
    path("meldinger/<uuid:thread_id>/kladd/", staff_views.keep, name="draft"),
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
    path("meldinger/<uuid:thread_id>/vedlegg/<uuid:attachment_id>/", staff_views.open_file, name="file"),
    path("brev/", letter_views.listing, name="letters"),
    path("brev/nytt/<uuid:citizen_id>/", letter_views.new, name="new-letter"),
    path("brev/<uuid:letter_id>/fil/", letter_views.open_file, name="letter-file"),
    path("brev/<uuid:letter_id>/sendt/", letter_views.posted, name="letter-posted"),
    path("brev/<uuid:letter_id>/angre/", letter_views.undo, name="undo-letter"),
    path("maler/", template_pages.listing, name="templates"),
    path("maler/ny/", template_pages.new, name="new-template"),
    path("maler/<uuid:template_id>/", template_pages.change, name="template"),
    path("maler/<uuid:template_id>/legg-bort/", template_pages.put_away, name="put-away-template"),
    path("maler/<uuid:template_id>/ta-i-bruk/", template_pages.take_back, name="take-back-template"),
]
