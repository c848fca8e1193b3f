"""Which language somebody writes, so that she is answered in her own (R29)."""

from hjemmekontakt.messages.rules.wording import words_in


def _known(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NYNORSK = _known(
    "eg ikkje ein eit ei dei nokon noko kva kven korleis kvar når vore vera vere blei vart sjølv berre meir mykje frå no "
    "hjå dykk dykkar me heim heime gjer gjere kjem kjeme veke vekene ynskjer ønskjer takkar treng spurnad tenesta "
    "medisinane høyrer seie seier fekk fått gjekk ikkje"
)
_BOKMAAL = _known(
    "jeg ikke en et de noen noe hva hvem hvordan hvor hvorfor vært være ble selv bare mer mye fra nå hos dere deres vi "
    "hjem hjemme gjør gjøre kommer uke ukene ønsker takker trenger tjenesten medisinene hører si sier fikk gikk"
)
_ENGLISH = _known(
    "i the and is are you my please can could would with have has not when what who how thank thanks do does she he it "
    "this that to of in for we need want come"
)
# Words that more than one of the languages has say nothing.
_SHARED = (_NYNORSK & _BOKMAAL) | (_ENGLISH & (_NYNORSK | _BOKMAAL | {"i", "for", "do", "in", "to", "of"}))
_LISTS = {"nb": _BOKMAAL - _SHARED, "nn": _NYNORSK - _SHARED, "en": _ENGLISH - _SHARED}
_LANGUAGE_OF = {word: language for language, words in _LISTS.items() for word in words}


def language_of(text: str) -> str:
    """Guess whether a text is bokmål, nynorsk or English; empty where it is too short or too mixed to tell (R29).

    >>> language_of("Hei! Jeg vet ikke hvem som kommer."), language_of("Eg veit ikkje kven som kjem.")
    ('nb', 'nn')
    >>> language_of("Could you please come at ten? Thank you."), language_of("Ok.")
    ('en', '')
    """
    told_by = [_LANGUAGE_OF[word] for word in words_in(text.lower()) if word in _LANGUAGE_OF]
    counts = {language: told_by.count(language) for language in _LISTS}
    best, second = sorted(counts.values(), reverse=True)[:2]
    return "" if best == second else max(counts, key=counts.__getitem__)
