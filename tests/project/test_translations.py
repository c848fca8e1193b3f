"""What `./hk check` says of a translation that is not finished: missing, copied, or without a name that it must hold."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import write_po

from hjemmekontakt.project.commands import translations
from hjemmekontakt.project.commands.translations import what_is_wrong

NOTHING = frozenset()


@pytest.mark.parametrize(
    ("bokmaal", "nynorsk", "wrong"),
    [
        ("Ikke nå", "Ikkje no", ""),
        ("Ikke nå", "", "mangler"),
        ("Ikke nå", "Ikke nå", "likt med bokmål, men står ikke i same.txt"),
        ("Ring %(unit)s.", "Ring %(phone)s.", "andre felt"),
        ("Ring %(unit)s, %(phone)s.", "Ring på %(phone)s til %(unit)s.", ""),
        ("{n} tegn igjen", "teikn igjen", "andre felt"),
        ("Jeg ønsker heller: ", "Eg ønskjer heller:", "andre felt"),
        (("Om %(n)s time", "Om %(n)s timer"), ("Om %(n)s time", "Om %(n)s timar"), ""),
        (("Om %(n)s time", "Om %(n)s timer"), ("Om %(n)s time", ""), "mangler"),
        (("Om %(n)s time", "Om %(n)s timer"), ("Om %(n)s time", "Om timar"), "andre felt"),
    ],
)
def test_a_translation_is_finished_when_it_says_the_same_with_the_same_names_and_times(bokmaal, nynorsk, wrong) -> None:
    text = Message(bokmaal)
    assert what_is_wrong(text, Message(bokmaal, nynorsk), may_be_same=NOTHING) == wrong


def test_an_uncertain_translation_counts_as_none() -> None:
    text = Message("Ikke nå")
    assert what_is_wrong(text, Message("Ikke nå", "Ikkje no", flags=["fuzzy"]), may_be_same=NOTHING) == "mangler"
    assert what_is_wrong(text, None, may_be_same=NOTHING) == "mangler"


def test_a_text_may_be_the_same_when_somebody_has_said_so() -> None:
    text = Message("Logg inn", "Logg inn")
    assert what_is_wrong(text, text, may_be_same=frozenset({"Logg inn"})) == ""


def test_the_list_of_texts_that_are_the_same_holds_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "LOCALE", tmp_path)
    for language in translations.LANGUAGES:
        words = Catalog(locale=language)
        for text in translations.page_texts():
            words.add(text.id, text.id)
        (tmp_path / language / "LC_MESSAGES").mkdir(parents=True)
        with (tmp_path / language / "LC_MESSAGES" / "django.po").open("wb") as target:
            write_po(target, words)
    (tmp_path / "nn" / "same.txt").write_text("Logg inn\nEn setning som er borte\n", encoding="utf-8")

    said = translations.missing()

    assert "nn: skal ut av same.txt «En setning som er borte»" in said
    assert "nn: likt med bokmål, men står ikke i same.txt «Ikke nå»" in said
    assert "nn: likt med bokmål, men står ikke i same.txt «Logg inn»" not in said
    assert "en: likt med bokmål, men står ikke i same.txt «Logg inn»" in said


def test_every_text_is_finished_in_nynorsk_and_in_english() -> None:
    assert translations.missing() == []
