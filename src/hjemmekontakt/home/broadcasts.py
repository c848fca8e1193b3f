"""Utsendinger: the unit's broadcasts, a new one with exactly who gets it, and the team leader's yes or no (R85)."""

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hjemmekontakt.access.rules import TABLE, Actor, May, Standing
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.home.broadcast_groups import Choices, Chosen, Preview, choices_of, in_words, preview_of
from hjemmekontakt.messages import actions, queries
from hjemmekontakt.messages.rules import APPROVED_ABOVE, BroadcastRefusal, BroadcastState, goes_at
from hjemmekontakt.messages.words import broadcasts as words
from hjemmekontakt.municipalities import queries as municipalities

FIRST_YEAR, LAST_YEAR = 2000, 2199  # a day outside these is a slip of the keys
TODAY, TOMORROW, ON_A_DAY, EVERYBODY = "i-dag", "i-morgen", "dag", "alle"


class GroupForm(forms.Form):
    """Who the message is for; it is sent in the address, so that a page of names can be kept and gone back to."""

    til_hvem = forms.ChoiceField(
        label=gettext_lazy("Hvem skal få meldingen?"),
        widget=forms.RadioSelect,
        choices=[
            (TODAY, gettext_lazy("Alle med besøk i dag")),
            (TOMORROW, gettext_lazy("Alle med besøk i morgen")),
            (ON_A_DAY, gettext_lazy("Alle med besøk en annen dag")),
            (EVERYBODY, gettext_lazy("Alle som får hjelp fra enheten")),
        ],
    )
    dag = forms.DateField(
        label=gettext_lazy("Dag, hvis du valgte en annen dag"),
        required=False,
        error_messages={"invalid": gettext_lazy("Skriv datoen som dag, måned og år.")},
    )
    fra = forms.TimeField(
        label=gettext_lazy("Fra klokka"),
        required=False,
        error_messages={"invalid": gettext_lazy("Skriv klokkeslettet som 08:00.")},
    )
    til = forms.TimeField(
        label=gettext_lazy("Til klokka"),
        required=False,
        error_messages={"invalid": gettext_lazy("Skriv klokkeslettet som 12:00.")},
    )
    sone = forms.ChoiceField(label=gettext_lazy("Sone"), required=False)
    tjeneste = forms.ChoiceField(label=gettext_lazy("Tjeneste"), required=False)

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [("", _("Alle soner")), *((zone, zone) for zone in choices.zones)]
        services = [("", _("Alle tjenester")), *((str(id), name) for id, name in choices.services)]
        self.fields["sone"].choices = zones  # type: ignore[attr-defined]
        self.fields["tjeneste"].choices = services  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A day of one's own must be written, and the hours must lie in their order."""
        said = self.cleaned_data
        if said.get("til_hvem") == ON_A_DAY and not said.get("dag") and "dag" not in self.errors:
            self.add_error("dag", _("Velg hvilken dag."))
        if said.get("dag") and not FIRST_YEAR <= said["dag"].year <= LAST_YEAR:
            self.add_error("dag", _("Skriv datoen som dag, måned og år."))
        if said.get("fra") and said.get("til") and said["til"] <= said["fra"]:
            self.add_error("til", _("Slutten må være etter begynnelsen."))
        return said

    def chosen(self, *, today: date) -> Chosen:
        """The choice as the domain knows it."""
        said = self.cleaned_data
        days = {TODAY: today, TOMORROW: today + timedelta(days=1), ON_A_DAY: said["dag"], EVERYBODY: None}
        service = UUID(said["tjeneste"]) if said["tjeneste"] else None
        return Chosen(days[said["til_hvem"]], said["fra"] or time(0), said["til"], said["sone"], service)


class TextForm(forms.Form):
    """What is written; the rules judge it."""

    subject = forms.CharField(
        label=gettext_lazy("Emne"), error_messages={"required": words.SENTENCES[BroadcastRefusal.SUBJECT_EMPTY]}
    )
    text = forms.CharField(
        label=gettext_lazy("Melding"),
        widget=forms.Textarea,
        strip=False,
        error_messages={"required": words.SENTENCES[BroadcastRefusal.TEXT_EMPTY]},
    )

    def refuse(self, why: BroadcastRefusal) -> None:
        """Put a refusal's sentence at its field, or over the form."""
        self.add_error(words.FIELDS.get(why), str(words.SENTENCES[why]))


class WordForm(forms.Form):
    """The word with which a team leader says no."""

    why = forms.CharField(
        label=gettext_lazy("Hvorfor ikke?"),
        widget=forms.Textarea,
        error_messages={"required": words.SENTENCES[BroadcastRefusal.WORD_MISSING]},
    )


@require_safe
def first(request: HttpRequest) -> HttpResponse:
    """Utsendinger: those of the employee's first unit."""
    units = request.actor.units_of_care()
    if not units:
        return render(request, "home/no_unit.html.jinja", {"title": _("Utsendinger")}, status=403)
    return redirect("staff:broadcasts", units[0].unit_id)


@require_safe
def listing(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Utsendinger."""
    page = _page_of(request)
    found = queries.broadcasts_of(request.actor, unit_id, page=page)
    return render(request, "home/broadcasts.html.jinja", {"found": found, "words": words, "number": page})


def new(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Utsendinger › Ny utsending: who, then what, with exactly who gets it between the two."""
    choices = choices_of(request.actor, unit_id)
    group = GroupForm(request.GET if "til_hvem" in request.GET else None, choices=choices)
    if not group.is_valid():
        return _new_page(request, unit_id, choices, group, None, TextForm())
    chosen = group.chosen(today=day_of(clock.now()))
    preview = preview_of(request.actor, unit_id, chosen, page=_page_of(request))
    if request.method != "POST":
        return _new_page(request, unit_id, choices, group, preview, None)
    form = TextForm(request.POST)
    if not form.is_valid():
        return _new_page(request, unit_id, choices, group, preview, form)
    try:
        made = _make(request.actor, unit_id, form, request.POST, chosen, preview)
    except Refused as refused:
        form.refuse(BroadcastRefusal(refused.why))
        return _new_page(request, unit_id, choices, group, preview, form)
    notes.success(request, _("Utsendingen er laget."))
    return redirect("staff:broadcast", unit_id, made)


@require_safe
def show(request: HttpRequest, unit_id: UUID, broadcast_id: UUID) -> HttpResponse:
    """Utsendinger › en utsending."""
    return _one(request, unit_id, broadcast_id, WordForm())


@require_POST
def approve(request: HttpRequest, unit_id: UUID, broadcast_id: UUID) -> HttpResponse:
    """Utsendinger › en utsending › godkjenn."""
    try:
        actions.approve_broadcast(request.actor, unit_id, broadcast_id)
    except Refused as refused:
        notes.warning(request, str(words.SENTENCES[BroadcastRefusal(refused.why)]))
    else:
        notes.success(request, _("Utsendingen er godkjent. Den går ut om to minutter."))
    return redirect("staff:broadcast", unit_id, broadcast_id)


@require_POST
def reject(request: HttpRequest, unit_id: UUID, broadcast_id: UUID) -> HttpResponse:
    """Utsendinger › en utsending › ikke godkjenn."""
    form = WordForm(request.POST)
    if not form.is_valid():
        return _one(request, unit_id, broadcast_id, form)
    try:
        actions.reject_broadcast(request.actor, unit_id, broadcast_id, why=form.cleaned_data["why"])
    except Refused as refused:
        why = BroadcastRefusal(refused.why)
        form.add_error(words.FIELDS.get(why), str(words.SENTENCES[why]))
        return _one(request, unit_id, broadcast_id, form)
    notes.success(request, _("Utsendingen er ikke godkjent. Ingenting er sendt."))
    return redirect("staff:broadcast", unit_id, broadcast_id)


@require_POST
def withdraw(request: HttpRequest, unit_id: UUID, broadcast_id: UUID) -> HttpResponse:
    """Utsendinger › en utsending › trekk tilbake."""
    try:
        actions.withdraw_broadcast(request.actor, unit_id, broadcast_id)
    except Refused as refused:
        notes.warning(request, str(words.SENTENCES[BroadcastRefusal(refused.why)]))
    else:
        notes.success(request, _("Utsendingen er trukket tilbake. Ingenting er sendt."))
    return redirect("staff:broadcast", unit_id, broadcast_id)


def _make(actor: Actor, unit_id: UUID, form: TextForm, sent: QueryDict, chosen: Chosen, preview: Preview) -> UUID:
    """Make it of the candidates found now; the mark says whom the page showed."""
    return actions.make_broadcast(
        actor,
        unit_id,
        candidates=preview.candidates,
        mark=sent.get("mark", ""),
        subject=" ".join(form.cleaned_data["subject"].split()),
        text=form.cleaned_data["text"].replace("\r\n", "\n"),
        group=chosen.as_kept(),
        form_key=_key(sent.get("form_key", "")),
    )


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


def _new_page(
    request: HttpRequest, unit_id: UUID, choices: Choices, group: GroupForm, preview: Preview | None, form: Any
) -> HttpResponse:
    templates = queries.templates_for_broadcast(request.actor, unit_id) if preview else None
    if form is None and templates is not None:
        form = TextForm(initial={"text": templates.text_of(request.GET.get("mal", ""))})
    count = len(preview.group.receivers) if preview else 0
    page = {
        "unit": municipalities.unit(unit_id),
        "group_form": group,
        "preview": preview,
        "form": form,
        "templates": templates,
        "words": words,
        "form_key": uuid4(),  # nothing was sent with the one before
        "send_to": words.send_to(count),
        "needs_approval": count > APPROVED_ABOVE,
        "in_words": _said(choices, group) if preview else [],
        "here": f"{request.path}?{_without(request.GET, 'side')}",
        "number": _page_of(request),
    }
    refused = bool(form is not None and form.errors) or bool(group.errors)
    return render(request, "home/new_broadcast.html.jinja", page, status=400 if refused else 200)


def _said(choices: Choices, group: GroupForm) -> list[tuple[str, str]]:
    now = clock.now()
    return in_words(group.chosen(today=day_of(now)), services=dict(choices.services), now=now)


def _one(request: HttpRequest, unit_id: UUID, broadcast_id: UUID, form: WordForm) -> HttpResponse:
    number = _page_of(request)
    found = queries.broadcast(request.actor, unit_id, broadcast_id, page=number)
    services = {each.id: each.name for each in municipalities.services_of_unit(unit_id)}
    leads = request.actor.role_in(unit_id) in {
        role.value for role in TABLE[May.APPROVE_BROADCAST, Standing.EMPLOYEE].roles
    }
    page = {
        "found": found,
        "words": words,
        "form": form,
        "number": number,
        "leads": leads,
        "in_words": in_words(Chosen.from_kept(found.group), services=services, now=clock.now()),
        "waiting": found.row.state is BroadcastState.WAITING,
        "goes_at": goes_at(found.row.made_at, found.decided_at) if found.row.state is BroadcastState.SENDING else None,
    }
    return render(request, "home/broadcast.html.jinja", page, status=400 if form.errors else 200)


def _page_of(request: HttpRequest) -> int:
    asked = request.GET.get("side", "")
    return min(int(asked), 1000) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0


def _without(query: QueryDict, name: str) -> str:
    kept = query.copy()
    kept.pop(name, None)
    return kept.urlencode()
