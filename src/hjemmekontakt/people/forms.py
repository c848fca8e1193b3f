"""The form of an absence: who is away, when, and who answers instead."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.people.rules import Absences, Refusal
from hjemmekontakt.people.words import SENTENCES

FIELDS = {
    Refusal.ENDS_BEFORE: "ends_on",
    Refusal.DAY_PASSED: "ends_on",
    Refusal.DAY_TOO_FAR: "ends_on",
    Refusal.AWAY_ALREADY: "starts_on",
    Refusal.NOT_A_COLLEAGUE: "substitute_id",
    Refusal.SUBSTITUTE_AWAY: "substitute_id",
}
CHOOSE = {"required": _("Velg en kollega fra lista."), "invalid_choice": _("Velg en kollega fra lista.")}
A_DATE = {"required": _("Skriv datoen."), "invalid": _("Skriv datoen slik: 31.12.2026.")}
FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"]


class DateInput(forms.DateInput):
    """A field in which a browser shows its calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AbsenceForm(forms.Form):
    """Who, from when, until when, and who instead."""

    employee_id = forms.TypedChoiceField(label=_("Hvem er borte?"), coerce=str, error_messages=CHOOSE)
    starts_on = forms.DateField(label=_("Første dag"), widget=DateInput(), input_formats=FORMATS, error_messages=A_DATE)
    ends_on = forms.DateField(label=_("Siste dag"), widget=DateInput(), input_formats=FORMATS, error_messages=A_DATE)
    substitute_id = forms.TypedChoiceField(
        label=_("Hvem svarer i stedet?"), required=False, coerce=str, empty_value=None, error_messages=CHOOSE
    )

    def __init__(self, absences: Absences, data: Any = None, **rest: Any) -> None:
        super().__init__(data, **rest)
        self.fields["employee_id"].choices = [(str(each.id), each.name) for each in absences.employees]  # type: ignore[attr-defined]
        nobody = ("", _("Ingen. Samtalene går tilbake til innboksen."))
        names = [(str(each.id), each.name) for each in absences.substitutes]
        self.fields["substitute_id"].choices = [nobody, *names]  # type: ignore[attr-defined]

    def refuse(self, why: Refusal) -> None:
        """Say by its field why it is not written down."""
        self.add_error(FIELDS[why], SENTENCES[why])  # type: ignore[arg-type]
