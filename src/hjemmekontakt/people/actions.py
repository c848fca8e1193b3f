"""What is written about a person: what the register says of her, and how she wants her pages."""

from datetime import date
from uuid import UUID, uuid4

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock, keys
from hjemmekontakt.people.models import Citizen
from hjemmekontakt.people.rules import LANGUAGES, Protection, TypeSize, sort_key

KNOW_PERSON = """
INSERT INTO citizen (id, national_id_sealed, national_id_lookup, given_name, family_name, sort_key, birth_date,
    protection, deceased_on, language, large_type, register_checked_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, false, %s)
ON CONFLICT (national_id_lookup) DO UPDATE SET given_name = EXCLUDED.given_name, family_name = EXCLUDED.family_name,
    sort_key = EXCLUDED.sort_key, birth_date = coalesce(EXCLUDED.birth_date, citizen.birth_date),
    protection = EXCLUDED.protection, deceased_on = EXCLUDED.deceased_on,
    register_checked_at = EXCLUDED.register_checked_at
RETURNING id
"""


def register_person(
    grant: Grant,
    *,
    national_id: str,
    given_name: str,
    family_name: str,
    birth_date: date | None,
    protection: Protection,
    deceased_on: date | None,
    language: str = "nb",
) -> UUID:
    """Know a person by what the population register says of her now, new or known before (R58, R105).

    Needs the portal's grant; two at once make one person. The language is taken for a new person alone: later it is
    her own to choose.
    """
    row = [
        uuid4(),
        keys.seal(national_id),
        keys.lookup_value(national_id),
        given_name[:100],
        family_name[:100],
        sort_key(family_name, given_name),
        birth_date,
        protection.value,
        deceased_on,
        language if language in LANGUAGES else "nb",
        clock.now(),
    ]
    with connection.cursor() as cursor:
        cursor.execute(KNOW_PERSON, row)
        person_id: UUID = cursor.fetchone()[0]
    return person_id


@intent
def set_large_type(actor: Actor, size: TypeSize) -> None:
    """The citizen chooses large or normal letters, kept to her next log-in (R103)."""
    grant = require(actor, May.CHANGE_SETTINGS, about=lookup.citizen(actor.id))

    Citizen.objects.filter(id=grant.actor.id).update(large_type=size is TypeSize.LARGE)


@intent
def set_language(actor: Actor, language: str) -> None:
    """The citizen chooses the language of her pages and notices (R102); ValueError for one that the portal has not."""
    if language not in LANGUAGES:
        raise ValueError("the portal speaks bokmål, nynorsk and English")
    grant = require(actor, May.CHANGE_SETTINGS, about=lookup.citizen(actor.id))

    Citizen.objects.filter(id=grant.actor.id).update(language=language)
