"""How an answer is signed, in the reader's words (R81)."""

from functools import lru_cache

from django.utils import translation

from hjemmekontakt.messages.rules import Author, SignsWith, sign, signed_without_name
from hjemmekontakt.messages.words import ROLES
from hjemmekontakt.municipalities.rules import UnitView


def signature(name: str, *, role: str, unit: UnitView, language: str = "nb") -> str:
    """The signature under an answer: «Mona, sykepleier, Hjemmetjenesten Nord», in the language of who will read it."""
    return sign(name, role=_role_in(role, language), unit=unit.name, signs_with=SignsWith(unit.signs_with))


@lru_cache
def _role_in(role: str, language: str) -> str:
    """What a role is called in a language that is not the reader's own; looked up once for each."""
    with translation.override(language):
        return str(ROLES.get(role, ""))


def unit_left_out(author: Author) -> str:
    """The signature without the unit, for one whose address is protected: «Mona, sykepleier», or «Sykepleier» (R11)."""
    role = str(ROLES.get(author.role, ""))
    if signed_without_name(author.signature, name=author.name):
        return f"{role[:1].upper()}{role[1:]}"
    return f"{author.name.split()[0]}, {role}"
