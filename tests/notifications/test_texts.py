"""What the notices say: one part of GSM-7 each, in three languages, and nothing that should stay behind the log-in (R51)."""

import re
from datetime import datetime

import pytest

from hjemmekontakt.gateways import gsm7
from hjemmekontakt.gateways.gsm7 import Alphabet, size
from hjemmekontakt.ground.workdays import OSLO
from hjemmekontakt.notifications.rules import Reader, What
from hjemmekontakt.notifications.texts import LANGUAGES, Letter, Letterhead, Told, letter

NOW = datetime(2026, 9, 21, 9, 0, tzinfo=OSLO)
NEXT_YEAR = datetime(2027, 9, 22, 8, 15, tzinfo=OSLO)  # a Wednesday in September: the longest day to write
UNTIL = datetime(2027, 9, 22, 10, 45, tzinfo=OSLO)
NEVER_SAID = re.compile(
    r"syke|sjuke|pleie|nurs|medisin|medicin|helse|health|vedtak|hjemmetjeneste|heimeteneste|home care|lege|doctor"
    r"|insulin|sår|wound|Astrid|Jonas|Berg|Mona|Nord|http|www|\.no\b|hjemmekontakt",
    re.IGNORECASE,
)
EVERY = [(what, reader, language) for what in What for reader in Reader for language in LANGUAGES]
LONGEST = Letterhead("Aurskog-Høland", "Aurskog-Høl", "+47 32 00 00 00")


def written(what: What, reader: Reader, language: str, letterhead: Letterhead | None = LONGEST) -> Letter:
    return letter(Told(what, reader, NEXT_YEAR, UNTIL), letterhead, language=language, now=NOW)


@pytest.mark.parametrize(("what", "reader", "language"), EVERY)
def test_every_sms_is_one_part_of_gsm7_even_with_the_longest_day_and_name(what, reader, language) -> None:
    used = size(written(what, reader, language).sms)
    assert (used.alphabet, used.segments) == (Alphabet.GSM7, 1), used


@pytest.mark.parametrize(("what", "reader", "language"), EVERY)
@pytest.mark.parametrize("letterhead", [LONGEST, None], ids=["tunvik", "protected"])
def test_no_text_holds_a_health_word_a_name_or_a_link(what, reader, language, letterhead) -> None:
    said = written(what, reader, language, letterhead)
    for text in (said.sms, said.subject, said.mail, said.push):
        assert text
        assert "{" not in text
        assert not NEVER_SAID.search(text), text


@pytest.mark.parametrize(("what", "reader", "language"), EVERY)
def test_a_protected_person_is_told_neither_what_nor_where_nor_whom_to_call(what, reader, language) -> None:
    said = written(what, reader, language, None)
    assert (said.name, said.sender) == ("Varsel", "Varsel")
    for text in (said.sms, said.mail, said.subject, said.push):
        assert not re.search(r"\d|Aurskog|besøk|visit|fullmakt|attorney|avlys|cancel", text)


@pytest.mark.parametrize(("what", "reader", "language"), EVERY)
def test_a_browser_is_told_what_an_sms_tells_and_nothing_of_sms(what, reader, language) -> None:
    said = written(what, reader, language)
    assert said.sms.split(": ", 1)[1].startswith(gsm7.fold(said.push))
    assert "SMS" not in said.push


def test_a_municipality_whose_name_costs_too_much_is_named_the_short_way() -> None:
    kaafjord = Letterhead("Gáivuotna - Kåfjord - Kaivuono", "Kåfjord", "77 71 92 00")
    said = written(What.MESSAGE, Reader.HERSELF, "nb", kaafjord)
    assert said.sms.startswith("Kåfjord: Du har fått en ny melding.")
    assert said.mail.endswith("Gáivuotna - Kåfjord - Kaivuono")


def test_without_a_number_to_call_the_neutral_words_are_used() -> None:
    said = written(What.FULLMAKT_ENDED, Reader.HERSELF, "nb", Letterhead())
    assert said.sms == "Det er noe nytt til deg. Logg inn for å se det."


def test_a_performed_visit_is_told_with_its_hour_and_with_the_day_only_where_it_is_another() -> None:
    tunvik = Letterhead("Tunvik", "Tunvik", "32 00 00 00")
    today = letter(
        Told(What.VISIT_PERFORMED, Reader.HERSELF, datetime(2026, 9, 21, 8, 40, tzinfo=OSLO)),
        tunvik,
        language="nb",
        now=NOW,
    )
    yesterday = letter(
        Told(What.VISIT_PERFORMED, Reader.KIN, datetime(2026, 9, 20, 22, 5, tzinfo=OSLO)),
        tunvik,
        language="en",
        now=NOW,
    )
    window = letter(Told(What.VISIT_PERFORMED, Reader.HERSELF), tunvik, language="nn", now=NOW)
    assert today.sms == "Tunvik: Besøket er utført kl. 08.40. Logg inn for å se mer."
    assert (
        yesterday.sms
        == "Tunvik: A visit to someone you act for was completed Sunday 20 September at 22:05. Log in for details."
    )
    assert window.sms == "Tunvik: Besøket er utført. Logg inn for å sjå meir."
