"""The page texts as the translators see them: which there are, and which still lack words in a language."""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from hjemmekontakt.project.commands import ROOT

PACKAGE = ROOT / "src" / "hjemmekontakt"
LOCALE = PACKAGE / "locale"
LANGUAGES = ("nn", "en")
METHODS = [("**/tests/**", "ignore"), ("**.py", "python"), ("**.html.jinja", "jinja2"), ("**.txt.jinja", "jinja2")]
JINJA = {"**.jinja": {"silent": "false", "newstyle_gettext": "true", "trimmed": "true", "extensions": "jinja2.ext.do"}}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def page_texts() -> Catalog:
    """Every text that is marked for translation in the code and the templates."""
    found = Catalog(project="hjemmekontakt", charset="utf-8")
    extracted = extract_from_dir(PACKAGE, METHODS, JINJA, KEYWORDS, comment_tags=("Til oversetteren:",))
    for file, _line, text, comments, context in extracted:
        found.add(text, locations=[(f"src/hjemmekontakt/{file}", 0)], auto_comments=comments, context=context)
    return found


def catalogue_files() -> list[Path]:
    """The translation files, one a language."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def missing() -> list[str]:
    """Say which texts lack a finished translation, one line each; bokmål is the language that they are written in.

    English keeps a text that reads the same by repeating it; an empty or uncertain translation counts as none.
    """
    wanted = page_texts()
    return [line for language in LANGUAGES for line in _missing_in(language, wanted)]


def _missing_in(language: str, wanted: Catalog) -> list[str]:
    file = _file_of(language)
    if not file.exists():
        return [f"{language}: {file.relative_to(ROOT)} finnes ikke"] if len(wanted) else []
    with file.open("rb") as source:
        have = read_po(source, locale=language)
    lines = []
    for message in wanted:
        if not message.id:
            continue
        translated = have.get(message.id, message.context)
        words = translated.string if translated else ""
        if translated is None or translated.fuzzy or not all(words if isinstance(words, tuple) else [words]):
            lines.append(f"{language}: mangler «{message.id[0] if isinstance(message.id, tuple) else message.id}»")
    return lines


def update_catalogues() -> None:
    """Take new page texts into the translation files, and leave out those that are gone."""
    wanted = page_texts()
    for language in LANGUAGES:
        file = _file_of(language)
        catalogue = Catalog(locale=language, project="hjemmekontakt", charset="utf-8", fuzzy=False)
        if file.exists():
            with file.open("rb") as source:
                catalogue = read_po(source, locale=language)
        catalogue.update(wanted, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as target:
            write_po(target, catalogue, sort_output=True, include_lineno=False, width=120)


def _file_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"
