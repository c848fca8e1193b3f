"""The shape of what one writes to give a fullmakt: a number, some rights, how long."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.access.rules import Right
from hjemmekontakt.ground import national_ids
from hjemmekontakt.representation.words import CHOICES

OPEN, TO_A_DATE = "open", "date"


class WhoForm(forms.Form):
    """Who is to have the fullmakt."""

    number = forms.CharField(
        label=_("Fødselsnummer (11 siffer)"),
        help_text=_("Fødselsnummeret til den som skal få fullmakt. Vi viser ikke navnet før personen har svart ja."),
        max_length=30,
        error_messages={
            "required": _("Skriv fødselsnummeret til den som skal få fullmakt."),
            "max_length": _("Fødselsnummeret har 11 siffer."),
        },
    )

    def clean_number(self) -> str:
        """Take away spaces, and see that it can be somebody's number."""
        number = national_ids.normalise(self.cleaned_data["number"])
        flaw = national_ids.why_not(number)
        if flaw is national_ids.Flaw.NOT_ELEVEN_DIGITS:
            raise forms.ValidationError(_("Fødselsnummeret har 11 siffer."))
        if flaw is not None:
            raise forms.ValidationError(_("Fødselsnummeret er ikke gyldig. Se etter at alle sifrene er riktige."))
        return number


class WhatForm(forms.Form):
    """What the fullmakt opens."""

    rights = forms.TypedMultipleChoiceField(
        label=_("Hva skal fullmakten gjelde?"),
        choices=CHOICES,
        coerce=Right,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Velg minst én ting fullmakten skal gjelde.")},
    )


class HowLongForm(forms.Form):
    """How long the fullmakt holds; neither is chosen beforehand (R60)."""

    until = forms.ChoiceField(
        label=_("Hvor lenge skal fullmakten gjelde?"),
        choices=[(OPEN, _("Til jeg trekker den tilbake")), (TO_A_DATE, _("Til en dato"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Velg hvor lenge fullmakten skal gjelde.")},
    )
    ends_on = forms.DateField(
        label=_("Siste dag"),
        help_text=_("Fyll ut hvis du valgte «Til en dato». Skriv for eksempel 1.5.2027."),
        required=False,
        input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"],
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Skriv datoen med dag, måned og år, for eksempel 1.5.2027.")},
    )

    def clean(self) -> dict[str, Any]:
        """See that a date is there where one is needed."""
        said = super().clean() or {}
        if said.get("until") == TO_A_DATE and not said.get("ends_on") and "ends_on" not in self.errors:
            self.add_error("ends_on", _("Skriv den siste dagen fullmakten skal gjelde."))
        return said

    def last_day(self) -> date | None:
        """The last day on which the fullmakt holds; None is until it is withdrawn."""
        return self.cleaned_data["ends_on"] if self.cleaned_data["until"] == TO_A_DATE else None


class SummaryForm(forms.Form):
    """Nothing to write: the summary is only read."""
