"""A population register that answers over HTTP in its own shape, knowing the tests' persons."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from threading import Lock

import pytest
from django.test import override_settings

from tests.people import NATIONAL_IDS

LIV, YOUNG, NILS = "05847510066", "05840960066", "02863610047"


@dataclass
class Register:
    """The register's people; a story may change them."""

    people: dict

    def put(self, national_id: str, given: str, family: str, born: date, **known: object) -> None:
        from hjemmekontakt.gateways.folkeregister import Person

        self.people[national_id] = Person(given_name=given, family_name=family, birth_date=born, **known)


@pytest.fixture
def register() -> Iterator[Register]:
    from hjemmekontakt.demo import registers
    from hjemmekontakt.demo.small_server import serve
    from hjemmekontakt.gateways import configured
    from hjemmekontakt.gateways.folkeregister import Protection

    known = Register({})
    known.put(NATIONAL_IDS["astrid"], "Astrid", "Berg", date(1944, 3, 12))
    known.put(NATIONAL_IDS["jonas"], "Jonas", "Berg", date(1972, 9, 4))
    known.put(NATIONAL_IDS["siri"], "Siri", "Holm", date(1982, 5, 15))
    known.put(LIV, "Liv", "Krogh", date(1975, 4, 5))
    known.put(YOUNG, "Tor", "Moe", date(2009, 4, 5))
    known.put(NILS, "Nils", "Foss", date(1936, 6, 2), protection=Protection.STRICTLY_CONFIDENTIAL)
    server = serve(registers.Registers({}, known.people, Lock()).routes(), host="127.0.0.1", port=0)
    with override_settings(FOLKEREGISTER_URL=f"http://127.0.0.1:{server.server_address[1]}"):
        configured.forget()
        yield known
    configured.forget()
    server.shutdown()
    server.server_close()


@pytest.fixture
def told(database) -> Iterator[list]:
    """The events of fullmakter that leave, oldest first: `told()`."""
    from hjemmekontakt.ground import outbox
    from hjemmekontakt.representation import events

    kinds = [events.FullmaktOffered, events.FullmaktGiven, events.FullmaktEnded]
    before = {name: dict(heard) for name, heard in outbox._listeners.items()}
    outbox._listeners.clear()

    def hears(batch: object) -> None:
        raise AssertionError("read from the outbox's rows alone")

    for kind in kinds:
        outbox.listen(kind, hears)
    yield lambda: [name for (name,) in database.execute("SELECT event FROM outbox ORDER BY id").fetchall()]
    outbox._listeners.clear()
    outbox._listeners.update(before)
