"""The shape of what is asked when somebody tells that she is away."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.visits.rules import REASON_LIMIT, AwayView, Days, Refusal, why_not_away
from hjemmekontakt.visits.words import AWAY_REASONS, SENTENCES

TO_A_DAY, OPEN = "day", "open"
FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"]
FIELDS = {Refusal.DAY_PASSED: "first", Refusal.DAY_TOO_FAR: "last", Refusal.ENDS_BEFORE: "last"}
A_DATE = {"required": _("Skriv datoen."), "invalid": _("Skriv datoen slik: 31.12.2026.")}


class ADay(forms.DateInput):
    """A field in which a browser shows its calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AwayForm(forms.Form):
    """From when, until when, and why if she likes to say so; `form_key` makes a resend harmless."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    first = forms.DateField(label=_("Første dag"), widget=ADay(), input_formats=FORMATS, error_messages=A_DATE)
    until = forms.ChoiceField(
        label=_("Hvor lenge?"),
        choices=[(TO_A_DAY, _("Til og med en dag jeg vet")), (OPEN, _("Til jeg sier fra at jeg er tilbake"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Velg hvor lenge.")},
    )
    last = forms.DateField(
        label=_("Siste dag"), widget=ADay(), required=False, input_formats=FORMATS, error_messages=A_DATE
    )
    reason = forms.ChoiceField(label=_("Hvorfor?"), choices=AWAY_REASONS, required=False, widget=forms.RadioSelect)
    more = forms.CharField(
        label=_("Vil du si noe mer?"),
        max_length=REASON_LIMIT - 60,
        required=False,
        widget=forms.Textarea,
        error_messages={
            "max_length": _("Teksten er for lang. Skriv inntil %(limit_value)d tegn."),
            "null_characters_not_allowed": _("Teksten inneholder tegn vi ikke kan ta imot. Skriv den en gang til."),
        },
    )

    def __init__(self, *args: Any, known_since: date | None = None, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.known_since = known_since

    @classmethod
    def blank(cls, *, first: date | None = None, of: AwayView | None = None) -> "AwayForm":
        """A form as it is first shown, with a key of its own; `of` is the time away that is to be changed."""
        shown: dict[str, Any] = {"form_key": uuid4(), "until": TO_A_DAY, "first": first}
        if of is not None:
            shown |= {"first": of.days.first, "last": of.days.last, "until": TO_A_DAY if of.days.last else OPEN}
        return cls(initial=shown)

    def clean(self) -> dict[str, Any]:
        """See that the days are days that can be told of."""
        said = super().clean() or {}
        if said.get("until") == TO_A_DAY and not said.get("last") and "last" not in self.errors:
            self.add_error("last", _("Skriv den siste dagen du er borte."))
        if not self.errors:
            why_not = why_not_away(self.days(), today=day_of(clock.now()))
            if why_not and not (why_not is Refusal.DAY_PASSED and said["first"] == self.known_since):
                self.add_error(FIELDS[why_not], str(SENTENCES[why_not]))
        return said

    def key_shown(self) -> object:
        """The key that the page carries: the one that came, or a new one where it was none."""
        return uuid4() if "form_key" in self.errors else self["form_key"].value()

    def days(self) -> Days:
        """The days she has told of."""
        said = self.cleaned_data
        return Days(first=said["first"], last=said["last"] if said["until"] == TO_A_DAY else None)

    def what_she_says(self) -> tuple[UUID, str]:
        """The form's key, and her reason as the journal gets it: bokmål, in whatever language she reads."""
        said = self.cleaned_data
        with translation.override(settings.LANGUAGE_CODE):
            chosen = str(dict(AWAY_REASONS).get(said["reason"], "")) if said["reason"] != "other" else ""
        return said["form_key"], ". ".join(part for part in (chosen, said["more"].strip()) if part)

    def written(self) -> dict[str, str]:
        """All that was written, for the page between the form and its confirmation to carry on."""
        return {name: str(self[name].value() or "") for name in self.fields}
