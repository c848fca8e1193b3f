"""Words that worry: what somebody may write when she should call instead of waiting for an answer (R24).

It only warns; nothing is ever stopped, delayed or hidden because of it. All three languages are tried whatever the
page's language is, for people write as they speak. The same comparison is made in `kit/js/worry.js`.
"""

import re
import unicodedata
from enum import StrEnum

from hjemmekontakt.messages.rules.wording import words_in


class Worry(StrEnum):
    """What a text gives reason to fear: that it is urgent, or that somebody may take her own life."""

    URGENT = "urgent"
    LIFE = "life"


_URGENT = {
    "nb": (
        "falt", "har falt", "falle", "faller", "fallet", "ramlet", "ramler", "ramle", "datt", "dette ned", "dettet",
        "besvimt", "besvimte", "besvimer", "besvime", "bevisstløs", "bevisstløse", "bevisstløst", "svarer ikke",
        "ligger på gulvet", "lå på gulvet", "liggende på gulvet", "får ikke puste", "får ikke pusten", "får ikke luft",
        "klarer ikke å puste", "klarer ikke puste", "fikk ikke puste", "tungpustet", "tungpusten", "tung pust",
        "vondt i brystet", "smerter i brystet", "brystsmerter", "blør", "blødde", "blødd", "blødning", "blødninger",
        "krampe", "kramper", "krampen", "krampeanfall", "lammet", "lammelse", "lammelser", "skjev i munnen",
        "skeiv i munnen", "skjevhet i munnen", "slått hodet", "slo hodet", "slått seg i hodet", "slo seg i hodet",
        "føling", "følinger", "feil medisin", "feil medisiner", "feil medisinen", "tatt for mye", "tok for mye",
    ),
    "nn": (
        "ramla", "ramlar", "fall i trappa", "svima av", "svimar av", "svime av", "medvitslaus", "medvitslause",
        "medvitslaust", "svarar ikkje", "ligg på golvet", "låg på golvet", "får ikkje puste", "får ikkje pusten",
        "får ikkje luft", "klarer ikkje å puste", "klarer ikkje puste", "fekk ikkje puste", "tungpusta",
        "vondt i bryst", "blør", "blødde", "krampar", "krampane", "lamma", "lamming", "skeiv i munnen",
        "slått hovudet", "slo hovudet", "feil medisin", "feil medisinar", "teke for mykje", "tatt for mykje",
        "tok for mykje",
    ),
    "en": (
        "fell", "fallen", "falling", "fainted", "faints", "fainting", "passed out", "unconscious", "not answering",
        "does not answer", "doesn t answer", "not responding", "on the floor", "cannot breathe", "can t breathe",
        "cant breathe", "can not breathe", "trouble breathing", "short of breath", "chest pain", "chest pains",
        "pain in my chest", "pain in her chest", "pain in his chest", "bleeding", "bleeds", "bled", "seizure",
        "seizures", "stroke", "strokes", "hit my head", "hit her head", "hit his head", "wrong medicine",
        "wrong medicines", "wrong medication", "took too much", "taken too much", "overdose", "overdosed", "overdoses",
    ),
}  # fmt: skip

_LIFE = {
    "nb": (
        "vil ikke leve", "ville ikke leve", "orker ikke leve", "orker ikke å leve", "ønsker ikke å leve",
        "ta livet", "tar livet", "tatt livet", "tok livet", "ta sitt eget liv", "ta mitt eget liv", "vil dø",
        "selvmord", "selvmordet", "selvmordstanker", "selvmordstankene", "drepe meg selv", "drepe seg selv",
    ),
    "nn": (
        "vil ikkje leve", "ville ikkje leve", "orkar ikkje leve", "orkar ikkje å leve", "ønskjer ikkje å leve",
        "ta livet", "tek livet", "teke livet", "vil døy", "sjølvmord", "sjølvmordet", "sjølvmordstankar",
        "drepe meg sjølv", "drepe seg sjølv",
    ),
    "en": (
        "suicide", "suicidal", "suicides", "do not want to live", "don t want to live", "dont want to live",
        "want to die", "wants to die", "kill myself", "kill herself", "kill himself", "end my life",
    ),
}  # fmt: skip


def folded(text: str) -> str:
    """Bring a text to the form in which words are compared: small letters, no accents, one space between words.

    >>> folded("Mor FÅR ikke\\n puste!"), folded("Can’t breathe")
    ('mor far ikke puste', 'can t breathe')
    """
    return " ".join(_words(text))


_MAYBE_A_MARK = re.compile(r"[\u0300-\U0010ffff]")  # no mark that combines with a letter comes before these


def _words(text: str) -> list[str]:
    return words_in(_MAYBE_A_MARK.sub(_unless_a_mark, unicodedata.normalize("NFKD", text.lower())))


def _unless_a_mark(found: re.Match[str]) -> str:
    return "" if unicodedata.combining(found[0]) else found[0]


def _all(lists: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({folded(phrase) for phrases in lists.values() for phrase in phrases}))


DANGER_WORDS: dict[Worry, tuple[str, ...]] = {Worry.LIFE: _all(_LIFE), Worry.URGENT: _all(_URGENT)}
"""What is looked for, folded; a page hands these to its script."""


def _by_their_first_words() -> dict[str, list[tuple[Worry, str]]]:
    known: dict[str, list[tuple[Worry, str]]] = {}
    for worry, phrases in DANGER_WORDS.items():
        for phrase in phrases:
            known.setdefault(phrase.split()[0], []).append((worry, f" {phrase} "))
    return known


_BY_FIRST_WORD = _by_their_first_words()


def worry_in(text: str) -> Worry | None:
    """Say what a text gives reason to fear; None where it gives none. Whole words only, in any of the languages (R24).

    >>> worry_in("Jeg FALT på badet i går."), worry_in("Ho ligg på  golvet"), worry_in("I can’t breathe")
    (<Worry.URGENT: 'urgent'>, <Worry.URGENT: 'urgent'>, <Worry.URGENT: 'urgent'>)
    >>> worry_in("Asfalten er glatt."), worry_in("Kan dere komme klokka ti?")
    (None, None)
    >>> worry_in("Jeg falt, og jeg vil ikke leve lenger.")
    <Worry.LIFE: 'life'>
    """
    words = _words(text)
    begun = _BY_FIRST_WORD.keys() & words
    if not begun:
        return None
    whole = f" {' '.join(words)} "
    found = {worry for first in begun for worry, phrase in _BY_FIRST_WORD[first] if phrase in whole}
    return next((worry for worry in DANGER_WORDS if worry in found), None)
