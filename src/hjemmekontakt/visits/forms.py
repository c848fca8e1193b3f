"""The shape of what is asked when a visit is called off, or a calendar address made."""

from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.visits.rules import REASON_LIMIT
from hjemmekontakt.visits.words import REASONS


class CancelForm(forms.Form):
    """Why, if she likes to say so; `form_key` makes a resend harmless."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label=_("Hvorfor avlyser du?"), choices=REASONS, required=False, widget=forms.RadioSelect
    )
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

    @classmethod
    def blank(cls) -> "CancelForm":
        """A form as it is first shown, with a key of its own."""
        return cls(initial={"form_key": uuid4()})

    def key_shown(self) -> object:
        """The key that the page carries: the one that came, or a new one where it was none."""
        return uuid4() if "form_key" in self.errors else self["form_key"].value()

    def what_she_says(self) -> tuple[UUID, str]:
        """The form's key, and her reason as the journal gets it: bokmål, in whatever language she reads."""
        said = self.cleaned_data
        with translation.override(settings.LANGUAGE_CODE):
            chosen = str(dict(REASONS).get(said["reason"], "")) if said["reason"] != "other" else ""
        return said["form_key"], ". ".join(part for part in (chosen, said["more"].strip()) if part)


class CalendarForm(forms.Form):
    """Whether the calendar may tell more than «Besøk»; `form_key` makes a resend harmless."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    tells_more = forms.BooleanField(label=_("Vis også tjeneste og fornavn"), required=False)

    @classmethod
    def blank(cls) -> "CalendarForm":
        """A form as it is first shown, with a key of its own."""
        return cls(initial={"form_key": uuid4()})
