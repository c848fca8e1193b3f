"""The shapes of a wish for another time, and of the staff's answers to what is asked of them."""

from datetime import date, datetime, time
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.visits.rules import REASON_LIMIT
from hjemmekontakt.visits.rules.waiting import AnswerRefusal
from hjemmekontakt.visits.rules.wishes import (
    MOST_WINDOWS,
    WISH_TEXT_LIMIT,
    Window,
    WishRefusal,
    why_not_day,
    why_not_propose,
    why_not_window,
    window_on,
)
from hjemmekontakt.visits.wish_words import AT_WORK, SENTENCES

TEXTS = {
    "max_length": _("Teksten er for lang. Skriv inntil %(limit_value)d tegn."),
    "null_characters_not_allowed": _("Teksten inneholder tegn vi ikke kan ta imot. Skriv den en gang til."),
}
PART_OF = {
    WishRefusal.NO_SUCH_HOUR: "begins",
    WishRefusal.ENDS_BEFORE: "ends",
    WishRefusal.TOO_LONG: "ends",
}
"""Which field of a window an error belongs to; else its day."""


class WindowFields(forms.Form):
    """One window: a day, from and to, as a phone's own pickers give them."""

    day = forms.DateField(
        label=_("Dag"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Velg en dag."), "invalid": _("Skriv dagen som dag, måned og år.")},
    )
    begins = forms.TimeField(
        label=_("Fra klokka"),
        widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages={"required": _("Velg når tiden begynner."), "invalid": _("Skriv klokkeslettet som 08.15.")},
    )
    ends = forms.TimeField(
        label=_("Til klokka"),
        widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages={"required": _("Velg når tiden slutter."), "invalid": _("Skriv klokkeslettet som 08.15.")},
    )

    def window(self, *, now: datetime, visits_own: Window | None) -> Window | None:
        """The window, or None with its error on the field that must be mended; a proposal has no own time to avoid."""
        if not self.is_valid():
            return None
        told: dict[str, date | time] = self.cleaned_data
        found = why_not_day(told["day"], today=day_of(now)) or window_on(told["day"], told["begins"], told["ends"])
        if isinstance(found, Window):
            why_not = (
                why_not_window(found, now=now, visits_own=visits_own) if visits_own else why_not_propose(found, now=now)
            )
            if why_not is None:
                return found
            found = why_not
        self.add_error(PART_OF.get(found, "day"), SENTENCES[found])
        return None


class WishForm(forms.Form):
    """Up to three windows, the first required, and a text; `form_key` makes a resend harmless."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Vil du si noe mer?"),
        max_length=WISH_TEXT_LIMIT,
        required=False,
        widget=forms.Textarea,
        error_messages=TEXTS,
    )

    def __init__(self, data: object = None, *, now: datetime, visits_own: Window) -> None:
        super().__init__(data, initial={"form_key": uuid4()})  # type: ignore[arg-type]
        self.now, self.visits_own = now, visits_own
        self.parts = [
            WindowFields(data, prefix=f"tid{number}", empty_permitted=number > 1, use_required_attribute=False)  # type: ignore[arg-type]
            for number in range(1, MOST_WINDOWS + 1)
        ]

    def is_valid(self) -> bool:
        """All parts are looked at, so that every error is shown at once."""
        self.windows = [
            part.window(now=self.now, visits_own=self.visits_own)
            for place, part in enumerate(self.parts)
            if place == 0 or part.has_changed()
        ]
        return super().is_valid() and not any(part.errors for part in self.parts)

    def key_shown(self) -> object:
        """The key that the page carries: the one that came, or a new one where it was none."""
        return uuid4() if "form_key" in self.errors else self["form_key"].value()

    def wished(self) -> dict[str, object]:
        """What she wishes, as the action takes it."""
        windows = [window for window in self.windows if window is not None]
        key: UUID = self.cleaned_data["form_key"]
        return {"windows": windows, "form_key": key, "text": self.cleaned_data["text"].strip()}


class DeclineForm(forms.Form):
    """Why something is declined; the citizen reads it."""

    reason = forms.CharField(
        label=_("Hvorfor?"),
        max_length=REASON_LIMIT,
        widget=forms.Textarea,
        error_messages={**TEXTS, "required": AT_WORK[AnswerRefusal.REASON_MISSING]},
    )
