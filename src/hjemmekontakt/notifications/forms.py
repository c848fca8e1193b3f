"""The shape of what one chooses: for each person and kind of event, by what or not at all; which visits, and when."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.notifications.receivers import Receiver
from hjemmekontakt.notifications.rules import ALWAYS, Channel, Choice, Kind, Mode, Names, Section, Way
from hjemmekontakt.notifications.timing import DIGEST_HOURS, QUIET_FROM, QUIET_UNTIL, Quiet
from hjemmekontakt.notifications.words import CHANNELS, KINDS, MODES, at_hour

MISSING = {"required": _("Velg hvordan du vil ha varslet."), "invalid_choice": _("Velg ett av svarene.")}
NO_QUIET = "none"
LENDS = _("Fornavnet mitt kan stå i varsler til dem som har fullmakt fra meg")
WANTS = _("Varsler til meg kan ha fornavnet til den de gjelder")


class AsBefore(forms.ChoiceField):
    """A choice that stays as it was where it is not in what was sent."""

    def clean(self, value: Any) -> Any:
        """What was chosen, or else what stands."""
        return super().clean(value or str(self.initial))


class NoticesForm(forms.Form):
    """Radio buttons for each choice of each section; which performed visits; for herself her night and first names."""

    def __init__(self, sections: Sequence[Section], data: Any = None, *, of_all: Receiver) -> None:
        super().__init__(data)
        self.sections = sections
        for section in sections:
            for choice in section.choices:
                self._add_channel(section, choice)
                if choice.kind is Kind.VISIT_PERFORMED:
                    self._add_way(section, choice)
        starts, ends = (of_all.quiet.starts, of_all.quiet.ends) if of_all.quiet else (NO_QUIET, USUAL_END)
        self.fields["quiet-from"] = AsBefore(label=_("Ro om natta fra"), choices=QUIET_STARTS, initial=starts)
        self.fields["quiet-until"] = AsBefore(label=_("Til"), choices=_hours(QUIET_UNTIL), initial=ends)

        self.fields["lends-name"] = forms.BooleanField(label=LENDS, initial=of_all.names.lends, required=False)
        self.fields["wants-names"] = forms.BooleanField(label=WANTS, initial=of_all.names.wants, required=False)

    def chosen(self) -> list[Choice]:
        """What was chosen, as the actions take it."""
        return [
            Choice(each.about_id, each.kind, Channel(self.cleaned_data[name_of(each)]), self._way(each))
            for section in self.sections
            for each in section.choices
        ]

    def chosen_quiet(self) -> Quiet | None:
        """The night that was chosen; None where nothing is to be kept back."""
        starts, ends = self.cleaned_data["quiet-from"], self.cleaned_data["quiet-until"]
        return None if starts == NO_QUIET else Quiet(int(starts), int(ends))

    def chosen_names(self) -> Names:
        """Whether first names may stand in notices."""
        return Names(lends=self.cleaned_data["lends-name"], wants=self.cleaned_data["wants-names"])

    def _add_channel(self, section: Section, choice: Choice) -> None:
        offered = [each for each in section.channels if each is not Channel.NONE or choice.kind not in ALWAYS]
        self.fields[name_of(choice)] = forms.ChoiceField(
            label=KINDS[choice.kind],
            choices=[(each.value, CHANNELS[each]) for each in offered],
            initial=choice.channel.value,
            widget=forms.RadioSelect,
            error_messages=MISSING,
        )

    def _add_way(self, section: Section, choice: Choice) -> None:
        self.fields[name_of(choice, "mode")] = AsBefore(
            label=_("Hvilke besøk"),
            choices=[(mode.value, MODES[mode]) for mode in section.modes],
            initial=choice.way.mode.value,
            widget=forms.RadioSelect,
            error_messages=MISSING,
        )
        self.fields[name_of(choice, "hour")] = AsBefore(
            label=_("Når oppsummeringen skal komme"), choices=_hours(DIGEST_HOURS), initial=choice.way.hour
        )

    def _way(self, choice: Choice) -> Way:
        if choice.kind is not Kind.VISIT_PERFORMED:
            return choice.way
        return Way(Mode(self.cleaned_data[name_of(choice, "mode")]), int(self.cleaned_data[name_of(choice, "hour")]))


class OwnContactForm(forms.Form):
    """A number or an e-mail address of her own."""

    channel = forms.ChoiceField(
        label=_("Hva vil du bruke?"),
        choices=[(Channel.SMS.value, _("Mobilnummer")), (Channel.EMAIL.value, _("E-post"))],
        initial=Channel.SMS.value,
        widget=forms.RadioSelect,
        error_messages=MISSING,
    )
    address = forms.CharField(
        label=_("Nummer eller e-post"),
        max_length=254,
        error_messages={"required": _("Skriv nummeret eller e-postadressen.")},
    )


class CodeForm(forms.Form):
    """The six digits that were sent."""

    code = forms.RegexField(
        r"^\s*\d{6}\s*$",
        label=_("Kode"),
        error_messages={
            "required": _("Skriv koden på seks sifre."),
            "invalid": _("Koden er seks sifre. Skriv den en gang til."),
        },
    )


def name_of(choice: Choice, part: str = "") -> str:
    """The field's name: the kind, or a part of it, and whom it is about."""
    return f"{part or Kind(choice.kind).value}-{choice.about_id.hex}"


def _hours(hours: Sequence[int]) -> list[tuple[int, Any]]:
    return [(hour, at_hour(hour)) for hour in hours]


USUAL_END = 8
QUIET_STARTS = [(NO_QUIET, _("Ingen ro. Varsler kan komme hele døgnet.")), *_hours(QUIET_FROM)]
