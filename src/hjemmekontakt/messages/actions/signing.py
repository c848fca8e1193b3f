"""How an answer is signed when it is sent: by the unit's choice, in the citizen's language (R81)."""

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.messages.models import Thread
from hjemmekontakt.messages.words import signing
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.people import queries as people


def signature_of(grant: Grant, thread: Thread) -> str:
    """The signature under what this employee answers in a thread (R81)."""
    unit = municipalities.unit(thread.unit_id)
    language = people.person(grant, thread.citizen_id).language
    return signing.signature(grant.actor.name, role=grant.actor.role_in(unit.id), unit=unit, language=language)
