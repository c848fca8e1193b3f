"""What the contact register says of those who are to get letters: asked for each time, outside every transaction (R49, R54)."""

import logging
from collections.abc import Collection

from hjemmekontakt.gateways import configured, krr
from hjemmekontakt.gateways.calling import NotAnswered
from hjemmekontakt.gateways.configured import NotConfigured
from hjemmekontakt.gateways.krr import Contact, ContactRegister
from hjemmekontakt.gateways.mail import why_not_address
from hjemmekontakt.gateways.sms import why_not_number
from hjemmekontakt.ground import clock
from hjemmekontakt.messages.rules import RegisterAnswer

log = logging.getLogger(__name__)


def register_answers(
    national_ids: Collection[str], *, register: ContactRegister | None = None
) -> dict[str, RegisterAnswer] | None:
    """What the register says of each of them, also of who is not in it; None where it is silent: then letters wait."""
    if not national_ids:
        return {}
    try:
        register = register or configured.contact_register()
        contacts = register.contacts(sorted(set(national_ids)))
    except (NotAnswered, NotConfigured) as silent:
        log.warning("The contact register did not answer; letters wait", extra={"error": type(silent).__name__})
        return None
    return {number: _answer(contacts.get(number)) for number in national_ids}


def _answer(contact: Contact | None) -> RegisterAnswer:
    if contact is None:
        return RegisterAnswer()
    mobile = krr.usable(contact, krr.Channel.SMS, now=clock.real())
    email = krr.usable(contact, krr.Channel.EMAIL, now=clock.real())
    return RegisterAnswer(
        is_known=True,
        is_reserved=contact.reserved,
        has_any=contact.mobile is not None or contact.email is not None,
        has_fresh=bool(mobile and not why_not_number(mobile)) or bool(email and not why_not_address(email)),
    )
