"""The shape of what one chooses: for each person and kind of event, by SMS, by e-mail or not."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.notifications.rules import ALWAYS, Channel, Choice, Kind, Section
from hjemmekontakt.notifications.words import CHANNELS, KINDS


class NoticesForm(forms.Form):
    """One group of radio buttons for each choice of each section."""

    def __init__(self, sections: Sequence[Section], data: Any = None) -> None:
        super().__init__(data)
        self.sections = sections
        for choice in self._choices():
            offered = [each for each in Channel if each is not Channel.NONE or choice.kind not in ALWAYS]
            self.fields[name_of(choice)] = forms.ChoiceField(
                label=KINDS[choice.kind],
                choices=[(each.value, CHANNELS[each]) for each in offered],
                initial=choice.channel.value,
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("Velg hvordan du vil ha varslet."),
                    "invalid_choice": _("Velg ett av svarene."),
                },
            )

    def chosen(self) -> list[Choice]:
        """What was chosen, as the actions take it."""
        return [Choice(each.about_id, each.kind, Channel(self.cleaned_data[name_of(each)])) for each in self._choices()]

    def _choices(self) -> Iterator[Choice]:
        for section in self.sections:
            yield from section.choices


def name_of(choice: Choice) -> str:
    """The field's name: the kind and whom it is about."""
    return f"{Kind(choice.kind).value}-{choice.about_id.hex}"
