"""The page texts as the translators see them: which there are, and which still lack good words in a language."""

import re
from collections import Counter
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from hjemmekontakt.project.commands import ROOT

PACKAGE = ROOT / "src" / "hjemmekontakt"
LOCALE = PACKAGE / "locale"
LANGUAGES = ("nn", "en")
SAME = "same.txt"
"""Beside each language's texts: those that are the same as in bokmål and shall be, one a line."""
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
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
    """Say which texts lack a finished translation, one line each; bokmål is the language that they are written in."""
    wanted = page_texts()
    return [line for language in LANGUAGES for line in _missing_in(language, wanted)]


def what_is_wrong(text: Message, translated: Message | None, *, may_be_same: frozenset[str]) -> str:
    """Say what is wrong with one text's translation; nothing when it is finished (R102).

    Empty and uncertain is not finished, nor is bokmål that only was copied, nor words that lost a name or a time.

    >>> evening = Message("Svar innen %(day)s", "Svar innan %(dag)s")
    >>> what_is_wrong(evening, evening, may_be_same=frozenset())
    'andre felt'
    """
    if translated is None or translated.fuzzy or not all(_forms(translated.string)):
        return "mangler"
    written, said = _forms(text.id), _forms(translated.string)
    if [_frame_of(form) for form in written] != [_frame_of(form) for form in said]:
        return "andre felt"
    if written == said and written[0] not in may_be_same:
        return f"likt med bokmål, men står ikke i {SAME}"
    return ""


def _missing_in(language: str, wanted: Catalog) -> list[str]:
    file = _file_of(language)
    if not file.exists():
        return [f"{language}: {file.relative_to(ROOT)} finnes ikke"] if len(wanted) else []
    with file.open("rb") as source:
        have = read_po(source, locale=language)
    may_be_same, lines, found_same = _same_in(language), [], set()
    for text in wanted:
        if not text.id:
            continue
        name, translated = _forms(text.id)[0], have.get(text.id, text.context)
        if why := what_is_wrong(text, translated, may_be_same=may_be_same):
            lines.append(f"{language}: {why} «{name}»")
        if translated and _forms(text.id) == _forms(translated.string):
            found_same.add(name)
    return lines + [f"{language}: skal ut av {SAME} «{name}»" for name in sorted(may_be_same - found_same)]


def _same_in(language: str) -> frozenset[str]:
    file = LOCALE / language / SAME
    return frozenset(file.read_text(encoding="utf-8").splitlines()) if file.exists() else frozenset()


def _forms(words: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [words or ""] if isinstance(words, str | None) else list(words)


def _frame_of(form: str) -> tuple[Counter[str], bool, bool]:
    """What a translation must keep: the places for names and times, and a space at either end."""
    return Counter(PLACEHOLDER.findall(form)), form[:1].isspace(), form[-1:].isspace()


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
