"""The demo's national registers: the contact register and the population register, each in its own shape."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from http.server import ThreadingHTTPServer
from threading import Lock
from urllib.parse import parse_qs

from hjemmekontakt.demo import persons
from hjemmekontakt.demo.small_server import BadRequest, Call, Reply, Routes, as_json, serve
from hjemmekontakt.demo.until_stopped import until_stopped
from hjemmekontakt.gateways import folkeregister, folkeregister_fake, krr_fake
from hjemmekontakt.gateways.krr import Address, Contact
from hjemmekontakt.ground import clock, national_ids


@dataclass(slots=True)
class Registers:
    """What the two registers know; persons can be added and changed while they run."""

    contacts: dict[str, Contact]
    population: dict[str, folkeregister.Person]
    lock: Lock

    def routes(self) -> Routes:
        """List the addresses: the two registers' own, and `POST /persons` to add or change somebody."""
        return {
            ("POST", "/rest/v2/personer"): self.tell_contacts,
            ("POST", folkeregister.PATH): self.tell_person,
            ("POST", "/persons"): self.put_person,
        }

    def tell_contacts(self, call: Call) -> Reply:
        """Answer as the contact register."""
        if not _has_token(call):
            return Reply(HTTPStatus.UNAUTHORIZED)
        with self.lock:
            try:
                return as_json(krr_fake.answer(call.json_object(), self.contacts))
            except ValueError as refused:
                raise BadRequest(str(refused)) from None

    def tell_person(self, call: Call) -> Reply:
        """Answer as the population register."""
        if not _has_token(call):
            return Reply(HTTPStatus.UNAUTHORIZED)
        with self.lock:
            said = folkeregister_fake.answer(_number_in(call), self.population)
        return as_json(said) if said else Reply(HTTPStatus.NOT_FOUND)

    def put_person(self, call: Call) -> Reply:
        """Add a person with a synthetic number, or change one: a protection, a death, a new mobile."""
        said = call.json_object()
        try:
            person, contact = _read(said, confirmed_at=clock.real())
        except (KeyError, TypeError, ValueError):
            raise BadRequest("a person needs a synthetic national_id, given_name, family_name and birth_date") from None
        with self.lock:
            self.population[said["national_id"]] = person
            self.contacts[said["national_id"]] = contact
        return Reply()


def start(*, host: str = "127.0.0.1", port: int = 0) -> ThreadingHTTPServer:
    """Start the registers with the demo's persons in them."""
    registers = Registers(persons.contacts(confirmed_at=clock.real()), persons.population(), Lock())
    return serve(registers.routes(), host=host, port=port)


def _has_token(call: Call) -> bool:
    return call.headers.get("Authorization", "").startswith("Bearer ")


def _number_in(call: Call) -> str:
    return (parse_qs(call.body.decode("ascii", "replace")).get("nin") or [""])[0]


def _read(said: Mapping[str, str], *, confirmed_at: datetime) -> tuple[folkeregister.Person, Contact]:
    number = said["national_id"]
    if not national_ids.is_synthetic(number):
        raise ValueError("only synthetic numbers are let in")
    person = folkeregister.Person(
        given_name=said["given_name"],
        family_name=said["family_name"],
        birth_date=date.fromisoformat(said["birth_date"]),
        protection=folkeregister.Protection(said.get("protection", "none")),
        deceased_on=date.fromisoformat(said["deceased_on"]) if said.get("deceased_on") else None,
    )
    return person, Contact(
        national_id=number,
        mobile=_address(said.get("mobile"), confirmed_at),
        email=_address(said.get("email"), confirmed_at),
        language=said.get("language", "nb"),
    )


def _address(value: str | None, confirmed_at: datetime) -> Address | None:
    return Address(value=value, verified_at=confirmed_at) if value else None


def main() -> None:
    """Run the registers until stopped."""
    asked = argparse.ArgumentParser(prog="hjemmekontakt.demo.registers", description=__doc__)
    asked.add_argument("--host", default="127.0.0.1")
    asked.add_argument("--port", type=int, required=True)
    given = asked.parse_args()
    with until_stopped():
        start(host=given.host, port=given.port)


if __name__ == "__main__":
    main()
