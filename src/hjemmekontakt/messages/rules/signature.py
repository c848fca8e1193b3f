"""What stands under an answer: who signs it, by first name or by role, and for which unit (R81)."""

from enum import StrEnum


class SignsWith(StrEnum):
    """What a unit lets its answers be signed with."""

    FIRST_NAME = "first-name"
    ROLE = "role"


def sign(name: str, *, role: str, unit: str, signs_with: SignsWith) -> str:
    """Sign an answer: with her first name and role, or with the role alone, and the unit (R81).

    One without a role is a journal system or a unit as a whole: then the unit signs.

    >>> sign("Mona Lie", role="sykepleier", unit="Hjemmetjenesten Nord", signs_with=SignsWith.FIRST_NAME)
    'Mona, sykepleier, Hjemmetjenesten Nord'
    >>> sign("Mona Lie", role="sykepleier", unit="Hjemmetjenesten Nord", signs_with=SignsWith.ROLE)
    'Sykepleier, Hjemmetjenesten Nord'
    >>> sign("Journalen", role="", unit="Hjemmetjenesten Nord", signs_with=SignsWith.FIRST_NAME)
    'Hjemmetjenesten Nord'
    """
    if not role:
        return unit
    first = name.split()[0] if name.split() else ""
    if signs_with is SignsWith.ROLE or not first:
        return f"{role[:1].upper()}{role[1:]}, {unit}"
    return f"{first}, {role}, {unit}"


def signed_without_name(signature: str, *, name: str) -> bool:
    """Tell whether a signature leaves the name out, so that no page may show it to the citizen (R81).

    >>> signed_without_name("Sykepleier, Hjemmetjenesten Nord", name="Mona Lie"), signed_without_name("", name="Mona Lie")
    (True, False)
    """
    return bool(signature) and bool(name.split()) and not signature.startswith(f"{name.split()[0]}, ")
