"""The shapes of what a desk asks: whom, which day, and a municipality's settings of notices."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.notifications.costs.rules import Caps


class FindForm(forms.Form):
    """Whom: by name, or by the whole national id; in the body of a form, never in an address."""

    words = forms.CharField(
        label=_("Navn eller fødselsnummer"),
        max_length=100,
        error_messages={
            "required": _("Skriv et navn eller et fødselsnummer."),
            "max_length": _("Det var for langt. Skriv et navn eller et fødselsnummer."),
            "null_characters_not_allowed": _("Skriv et navn eller et fødselsnummer."),
        },
    )


class NightForm(forms.Form):
    """The night of a municipality, in whole hours; both empty where the installation's is to hold."""

    quiet_from = forms.IntegerField(
        label=_("Ro om natta fra klokka"), required=False, error_messages={"invalid": _("Skriv en hel time, som 21.")}
    )
    quiet_until = forms.IntegerField(
        label=_("Ro om natta til klokka"), required=False, error_messages={"invalid": _("Skriv en hel time, som 8.")}
    )


class SettingsForm(forms.Form):
    """What a municipality sets: the least move that is told of, and what SMS may cost in a month."""

    least_move_minutes = forms.IntegerField(
        label=_("Minste flytting det varsles om, i minutter"), error_messages={"invalid": _("Skriv et tall.")}
    )
    soft = forms.IntegerField(
        label=_("Si fra når månedens SMS-deler når"), required=False, error_messages={"invalid": _("Skriv et tall.")}
    )
    hard = forms.IntegerField(
        label=_("Stopp andre SMS enn de nødvendige når månedens SMS-deler når"),
        required=False,
        error_messages={"invalid": _("Skriv et tall.")},
    )

    def caps(self) -> Caps:
        """What was set."""
        given = self.cleaned_data
        return Caps(given["least_move_minutes"], given["soft"], given["hard"])
