"""Every public function of an actions or queries room asks for its actor, or takes another's grant."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import hjemmekontakt

EXCEPTIONS = {
    "access.for_journal.condition": "makes a condition; it reads nothing",
    "access.for_journal.let_ask": "the decision itself: it gives a journal's grant",
    "access.for_journal.let_in": "the decision itself: it gives a journal's grant",
    "access.for_journal.moment": "makes an expression; it reads nothing",
    "access.for_journal.municipality_of": "reads the actor alone",
    "consent.for_journal.whose": "reads a value alone",
    "access.actions.intent": "the decorator itself",
    "access.actions.intent_in_one_statement": "the decorator itself",
    "access.actions.unlocking": "the decision itself: it gives the grant",
    "access.actions.requiring": "the decision itself: it gives the grant",
    "access.actions.requiring_lists": "the decision itself: it gives the grant",
    "access.actions.asked_about": "asks whether the actor is still who she was",
    "access.actions.require": "the decision itself: it gives the grant",
    "access.actions.entries_of_a_list": "takes the grant first",
    "access.actions.log_list": "takes the grant first",
    "access.actions.the_portal": "makes the portal's own actor",
    "access.actions.actor_person": "reads the actor alone",
    "messages.actions.attachments.attach": "scans and cleans outside every transaction, between two intents",
    "messages.actions.before_sending.place_to_write": "the organisation is public",
    "messages.actions.before_sending.remembered_place": "the organisation is public",
    "messages.actions.letters.decide_waiting_letters": "asks the register outside every transaction, between intents",
    "messages.actions.letters.send_letter": "asks the register outside every transaction, between two intents",
    "messages.queries.letters.letter_to": "answers ids only, by hk_lookup",
    "messages.queries.reading.beyond": "a condition; it reads nothing",
    "messages.queries.due.municipalities_with_something_due": "answers ids only, by hk_lookup",
    "visits.queries.due.municipalities_with_silent_journals": "answers ids only, by hk_lookup",
    "municipalities.queries": "the organisation is public",
    "people.queries.about_employee": "answers ids only, by hk_lookup",
    "people.queries.id_by_national_id": "answers an id only, by hk_lookup",
    "people.queries.employee_ids_by_national_id": "answers ids only, by hk_lookup",
    "consent.queries.active_id": "answers an id only, by hk_lookup",
    "consent.queries.readiness": "a yes by hk_lookup; all else in an intent",
    "consent.queries.current_terms": "the terms are public",
    "consent.queries.current_version": "the terms are public",
    "representation.actions.look_up_receiver": "asks the register outside every transaction, between two intents",
    "representation.actions.verify_fullmakter": "asks the register outside every transaction, between intents",
    "visits.actions.recording.record_visits": "one intent, or where that one did nothing another",
    "visits.queries.calendar.who_fetches": "a door for calendars: it makes the actor, by hk_lookup",
    "visits.queries.silence.silent_count": "a number only, by hk_lookup",
    "visits.queries.wishes.municipalities_with_begun_wishes": "answers ids only, by hk_lookup",
    "login": "the doors: they make the actor",
}


def rooms() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(hjemmekontakt.__path__, "hjemmekontakt."):
        room = found.name.split(".")[2:3]
        if room in (["actions"], ["queries"], ["for_journal"]):
            yield importlib.import_module(found.name)


def public_functions() -> Iterator[tuple[str, object]]:
    for module in rooms():
        for name, thing in vars(module).items():
            if name.startswith("_") or not inspect.isfunction(inspect.unwrap(thing) if callable(thing) else thing):
                continue
            if inspect.unwrap(thing).__module__ == module.__name__:
                yield f"{module.__name__.removeprefix('hjemmekontakt.')}.{name}", thing


def is_excepted(name: str) -> bool:
    parts = name.split(".")
    return any(".".join(parts[:length]) in EXCEPTIONS for length in range(1, len(parts) + 1))


def test_every_action_and_query_asks_who_or_takes_a_grant() -> None:
    strangers = []
    for name, function in public_functions():
        if is_excepted(name):
            continue
        first = next(iter(inspect.signature(function).parameters.values()), None)
        asks = getattr(function, "is_intent", False) and first is not None and first.name == "actor"
        takes = first is not None and first.name == "grant"
        if not (asks or takes):
            strangers.append(name)
    assert strangers == []


def test_the_exceptions_exist() -> None:
    names = [name for name, _ in public_functions()] + [m.__name__.removeprefix("hjemmekontakt.") for m in rooms()]
    gone = [e for e in EXCEPTIONS if not any(name == e or name.startswith(f"{e}.") for name in names)]
    assert gone == []
