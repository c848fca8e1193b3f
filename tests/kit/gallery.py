"""The gallery: every component and both frames with sample data, rendered into static pages to look at."""

import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django
from django import forms
from django.conf import settings
from jinja2 import FileSystemLoader
from markupsafe import Markup

ROOT = Path(__file__).parents[2]
KIT = ROOT / "src" / "hjemmekontakt" / "kit"
TOKEN = Markup('<input type="hidden" name="csrfmiddlewaretoken" value="gallery">')
HELP = {"help_phone": "800 43 573", "language": "nb", "path": "/"}
JONAS = HELP | {
    "area": "citizen",
    "person_name": "Jonas Berg",
    "may_act_for": 1,
    "navigation_current": "messages",
}
FOR_ASTRID = JONAS | {
    "acting_for_name": "Astrid Berg",
    "unit_name": "Hjemmetjenesten Nord",
    "unit_phone": "32 00 00 01",
}
MONA = HELP | {
    "area": "staff",
    "person_name": "Mona Lie",
    "unit_name": "Hjemmetjenesten Nord",
    "navigation_current": "inbox",
}


class Message(forms.Form):
    """A form with one field of each kind."""

    service = forms.ChoiceField(
        label="Hvem skal ha meldingen?", choices=[("care", "Hjemmesykepleie"), ("practical", "Praktisk bistand")],
        widget=forms.RadioSelect, error_messages={"required": "Velg hvem som skal ha meldingen."},
    )  # fmt: skip
    subject = forms.CharField(label="Emne", max_length=80, error_messages={"required": "Skriv hva det gjelder."})
    text = forms.CharField(label="Melding", widget=forms.Textarea, help_text="Skriv ikke om andre enn deg selv.")
    channels = forms.MultipleChoiceField(
        label="Hvordan vil du ha beskjed?", choices=[("sms", "SMS"), ("mail", "E-post")],
        widget=forms.CheckboxSelectMultiple, required=False,
    )  # fmt: skip
    until = forms.DateField(label="Til", required=False, help_text="Siste dag du er borte.")
    category = forms.ChoiceField(label="Kategori", choices=[("", "Velg"), ("key", "Nøkkel")], required=False)
    read = forms.BooleanField(label="Jeg har lest hva som skjer videre")


def pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name the gallery's pages: each a template and what it shows."""
    wrong = Message({"text": "Nøkkelen er borte.", "channels": ["sms"], "until": ""})
    said = [SimpleNamespace(level_tag="success", message="Meldingen er sendt. Svaret kommer hit.")]
    noted = SimpleNamespace(_messages=said)
    filled = Message(initial={"service": "care", "channels": ["mail"], "until": date(2027, 5, 1)})
    return {
        "components": ("components.html.jinja", {"page": FOR_ASTRID, "form": wrong}),
        "large": ("components.html.jinja", {"page": FOR_ASTRID | {"large_type": True}, "form": wrong}),
        "filled": ("components.html.jinja", {"page": JONAS, "form": filled, "request": noted}),
        "public": ("public.html.jinja", {"page": HELP | {"area": "public"}}),
        "staff": ("staff.html.jinja", {"page": MONA}),
        "refusal-404": ("kit/refusal.html.jinja", {"page": JONAS, "status": 404}),
        "refusal-403-staff": (
            "kit/refusal.html.jinja",
            {"page": MONA, "status": 403, "ways_on": [("Logg inn som innbygger", "/")]},
        ),
        "refusal-500-bare": ("kit/refusal.html.jinja", {}),
        "plain": (
            "kit/plain.html.jinja",
            {"page": HELP, "heading": "Personvern", "sections": [("Hvem ser", ["Bare de."])]},
        ),
    }


def draw(folder: Path) -> None:
    """Render every page of the gallery into the folder; the built files are looked for beside them, at `/static/`."""
    if not settings.configured:
        settings.configure(USE_I18N=True, LANGUAGE_CODE="nb", STATIC_URL="/static/", INSTALLED_APPS=[])
        django.setup()
    from hjemmekontakt.kit.frame import Page
    from hjemmekontakt.kit.jinja import environment  # the settings must stand first

    made = environment(loader=FileSystemLoader([KIT / "templates", Path(__file__).parent / "gallery_pages"]))
    folder.mkdir(parents=True, exist_ok=True)
    for name, (template, shown) in pages().items():
        if "page" in shown:
            shown = shown | {"page": Page(**shown["page"])}
        (folder / f"{name}.html").write_text(made.get_template(template).render({"csrf_input": TOKEN} | shown))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "src"))
    draw(Path(sys.argv[1]))
