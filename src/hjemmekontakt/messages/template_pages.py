"""Maler: the pages on which the staff keep their ready answers, and the choice of one beside the answer field (R80)."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import actions, queries
from hjemmekontakt.messages.rules import (
    AnswerTemplates,
    TemplateFilter,
    TemplateRefusal,
    TemplateRow,
    TemplateTexts,
    Variable,
    fill,
    needs_review,
    unit_she_leads,
)
from hjemmekontakt.messages.words import templates as words
from hjemmekontakt.municipalities import queries as municipalities

BY_ADDRESS = {address: each for each, (address, _text) in words.FILTERS.items()}
FOR_ALL = "alle"


class TemplateForm(forms.Form):
    """The shape of a ready answer; what is said in it is judged by the rules."""

    unit = forms.ChoiceField(label=gettext_lazy("Hvem bruker malen?"))
    title = forms.CharField(
        label=gettext_lazy("Navn på malen"), error_messages={"required": words.SENTENCES[TemplateRefusal.TITLE_EMPTY]}
    )
    text_nb = forms.CharField(
        label=gettext_lazy("Tekst på bokmål"),
        widget=forms.Textarea,
        error_messages={"required": words.SENTENCES[TemplateRefusal.TEXT_EMPTY]},
    )
    text_nn = forms.CharField(label=gettext_lazy("Tekst på nynorsk"), widget=forms.Textarea, required=False)
    text_en = forms.CharField(label=gettext_lazy("Tekst på engelsk"), widget=forms.Textarea, required=False)
    review_on = forms.DateField(
        label=gettext_lazy("Ses over innen"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Velg en dag for når malen skal ses over."),
            "invalid": gettext_lazy("Skriv datoen som dag, måned og år."),
        },
    )
    answerable = forms.BooleanField(label=gettext_lazy("Innbyggeren kan svare"), required=False, initial=True)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]

    def texts(self) -> TemplateTexts:
        """What is written, as the rules know it."""
        said = {name: self.cleaned_data[name].replace("\r\n", "\n") for name in ("text_nb", "text_nn", "text_en")}
        return TemplateTexts(
            " ".join(self.cleaned_data["title"].split()), said["text_nb"], said["text_nn"], said["text_en"]
        )

    def refuse(self, why: TemplateRefusal) -> None:
        """Put a refusal's sentence at its field, or over the form."""
        self.add_error(words.FIELDS.get(why), str(words.SENTENCES[why]))


def picked(request: HttpRequest, templates: AnswerTemplates) -> dict[str, str]:
    """What the answer form begins with: the text of the ready answer that the address names (`?mal=`), if any."""
    text = templates.text_of(request.GET.get("mal", "")) if templates.choices else ""
    return {"text": text} if text else {}


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Maler."""
    wanted = BY_ADDRESS.get(request.GET.get("vis", ""), TemplateFilter.IN_USE)
    found = queries.templates_of(request.actor, filter=wanted)
    today = day_of(clock.now())
    late = {row.id for row in found.rows if needs_review(row.review_on, today=today)}
    return render(request, "messages/templates.html.jinja", {"found": found, "words": words, "late": late})


def new(request: HttpRequest) -> HttpResponse:
    """Maler › Ny mal."""
    units = _units(request)
    if not units:
        queries.templates_of(request.actor)  # refused with words where she works in no unit
    form = TemplateForm(request.POST or None, units=units)
    if request.method == "POST" and "preview" not in request.POST and form.is_valid():
        for_all = form.cleaned_data["unit"] == FOR_ALL
        unit_id = unit_she_leads(request.actor) if for_all else UUID(form.cleaned_data["unit"])
        try:
            actions.write_template(request.actor, unit_id, texts=form.texts(), for_all=for_all, **_rest(form))
        except Refused as refused:
            form.refuse(TemplateRefusal(refused.why))
        else:
            notes.success(request, _("Malen er lagret."))
            return redirect("inbox:templates")
    return _page(request, form, None)


def change(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """Maler › en mal."""
    row = queries.template(request.actor, template_id)
    form = TemplateForm(request.POST or None, units=[(_unit_key(row), _unit_name(row))], initial=_initial(row))
    if request.method == "POST" and "preview" not in request.POST and form.is_valid():
        shown = form.cleaned_data["version"] or 0
        try:
            actions.change_template(request.actor, template_id, version=shown, texts=form.texts(), **_rest(form))
        except Refused as refused:
            form.refuse(TemplateRefusal(refused.why))
        else:
            notes.success(request, _("Malen er lagret."))
            return redirect("inbox:templates")
        row = queries.template(request.actor, template_id)
    return _page(request, form, row)


@require_POST
def put_away(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """Maler › en mal › legg bort."""
    actions.put_away_template(request.actor, template_id)
    notes.success(request, _("Malen er lagt bort. Du finner den under «Lagt bort» hvis du trenger den igjen."))
    return redirect("inbox:templates")


@require_POST
def take_back(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """Maler › en mal › ta i bruk igjen."""
    actions.take_back_template(request.actor, template_id)
    notes.success(request, _("Malen er i bruk igjen."))
    return redirect("inbox:templates")


def _page(request: HttpRequest, form: TemplateForm, row: TemplateRow | None) -> HttpResponse:
    shown = {"form": form, "row": row, "words": words, "previews": _previews(request, form, row)}
    return render(request, "messages/template.html.jinja", shown, status=400 if form.errors else 200)


def _previews(request: HttpRequest, form: TemplateForm, row: TemplateRow | None) -> list[tuple[str, str]]:
    """How the answer would read to Astrid, in each language that is written, with the unit's own name and phone."""
    units = request.actor.units_of_care()
    unit_id = (row.unit_id if row else None) or (units[0].unit_id if units else None)
    if unit_id is None:
        return []
    unit = municipalities.unit(unit_id)
    values = {
        Variable.GIVEN_NAME: "Astrid",
        Variable.UNIT: unit.name,
        Variable.PHONE: unit.phone,
        Variable.DAY: _("mandag 2. mars"),
        Variable.DEADLINE: _("i morgen kl. 16"),
    }
    texts = [(words.LANGUAGES[code], form[f"text_{code}"].value() or "") for code in ("nb", "nn", "en")]
    return [(str(language), fill(text, values)) for language, text in texts if text.strip()]


def _units(request: HttpRequest) -> list[tuple[str, str]]:
    units = [(str(unit.unit_id), unit.unit_name) for unit in request.actor.units_of_care()]
    return [*units, (FOR_ALL, _("Alle enheter i kommunen"))] if unit_she_leads(request.actor) else units


def _unit_key(row: TemplateRow) -> str:
    return str(row.unit_id) if row.unit_id else FOR_ALL


def _unit_name(row: TemplateRow) -> str:
    return row.unit_name or _("Alle enheter i kommunen")


def _initial(row: TemplateRow) -> dict[str, object]:
    return {
        "unit": _unit_key(row),
        "title": row.texts.title,
        "text_nb": row.texts.nb,
        "text_nn": row.texts.nn,
        "text_en": row.texts.en,
        "review_on": row.review_on,
        "answerable": row.answerable,
        "version": row.version,
    }


def _rest(form: TemplateForm) -> dict[str, Any]:
    return {"answerable": form.cleaned_data["answerable"], "review_on": form.cleaned_data["review_on"]}
