"""What the pages of ready answers say (R80)."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.messages.rules import TemplateFilter, TemplateRefusal, Variable

SENTENCES: Final[dict[TemplateRefusal, str | Promise]] = {
    TemplateRefusal.TITLE_EMPTY: _("Gi malen et navn, for eksempel «Vi er forsinket»."),
    TemplateRefusal.TITLE_TOO_LONG: _("Navnet er for langt. Det kan være på inntil 80 tegn."),
    TemplateRefusal.TEXT_EMPTY: _("Skriv teksten på bokmål. Den brukes når et annet språk mangler."),
    TemplateRefusal.TEXT_TOO_LONG: _("Teksten er for lang. Den kan være på inntil 4000 tegn."),
    TemplateRefusal.UNREADABLE: _("Teksten inneholder tegn som vi ikke kan lese. Skriv den på nytt uten dem."),
    TemplateRefusal.VARIABLE_UNKNOWN: _(
        "Teksten har et ord i klammer som vi ikke kjenner. Du kan bruke {fornavn}, {enhet}, {telefon}, {dag} og {frist}."
    ),
    TemplateRefusal.REVIEW_PASSED: _("Velg en dag som ikke har vært, for når malen skal ses over."),
    TemplateRefusal.CHANGED_MEANWHILE: _(
        "En kollega har endret malen siden du åpnet den. Det du skrev, står her fortsatt. Se over, og lagre en gang til."
    ),
}

FIELDS: Final[dict[TemplateRefusal, str]] = {
    TemplateRefusal.TITLE_EMPTY: "title",
    TemplateRefusal.TITLE_TOO_LONG: "title",
    TemplateRefusal.TEXT_EMPTY: "text_nb",
    TemplateRefusal.REVIEW_PASSED: "review_on",
}

FILTERS: Final[dict[TemplateFilter, tuple[str, str | Promise]]] = {
    TemplateFilter.IN_USE: ("i-bruk", _("I bruk")),
    TemplateFilter.TO_REVIEW: ("bor-ses-over", _("Bør ses over")),
    TemplateFilter.PUT_AWAY: ("lagt-bort", _("Lagt bort")),
}

VARIABLES: Final[Mapping[Variable, str | Promise]] = {
    Variable.GIVEN_NAME: _("innbyggerens fornavn"),
    Variable.UNIT: _("enhetens navn"),
    Variable.PHONE: _("enhetens telefon"),
    Variable.DAY: _("dagen i dag med ord"),
    Variable.DEADLINE: _("når svaret er lovet"),
}

LANGUAGES: Final[dict[str, str | Promise]] = {"nb": _("bokmål"), "nn": _("nynorsk"), "en": _("engelsk")}
