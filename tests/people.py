"""The demo's persons in the tests' world: readable builders, no random data."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid5

import psycopg

from hjemmekontakt.access.rules import Actor, Right, Role, Standing, UnitRole
from hjemmekontakt.ground import keys

SPACE = UUID("8a4f0f6e-6d6c-4f6e-9a55-4b1d5d1d0001")

NATIONAL_IDS = {  # synthetic: month + 80
    "astrid": "12834410061",
    "jonas": "04897210171",
    "einar": "23914710213",
    "siri": "15858210391",
    "nils": "02863610447",
    "mona": "19899110571",
    "per": "07928810613",
    "gerd": "28836910793",
    "kari": "11877910887",
}
"""Not checked here for check digits: the tests' world goes around the doors that check them."""


def an_id(name: str) -> UUID:
    """The same id for the same name, every time."""
    return uuid5(SPACE, name)


@dataclass
class World:
    """Tunvik with Nord and Sør, and Fjordby, as rows in the database; `add_…` puts in more."""

    connection: psycopg.Connection
    tunvik: UUID = field(default_factory=lambda: an_id("Tunvik"))
    fjordby: UUID = field(default_factory=lambda: an_id("Fjordby"))
    nord: UUID = field(default_factory=lambda: an_id("Hjemmetjenesten Nord"))
    sor: UUID = field(default_factory=lambda: an_id("Hjemmetjenesten Sør"))
    fjordby_unit: UUID = field(default_factory=lambda: an_id("Hjemmetjenesten Fjordby"))
    nord_nursing: UUID = field(default_factory=lambda: an_id("nursing Nord"))
    sor_nursing: UUID = field(default_factory=lambda: an_id("nursing Sør"))
    fjordby_nursing: UUID = field(default_factory=lambda: an_id("nursing Fjordby"))
    nord_cleaning: UUID = field(default_factory=lambda: an_id("cleaning Nord"))

    def insert(self, table: str, **values: object) -> None:
        """Put a row into a table, behind the policies."""
        names = ", ".join(f'"{name}"' for name in values)
        places = ", ".join(["%s"] * len(values))
        self.connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({places})', list(values.values()))

    def build(self) -> "World":
        """The two municipalities, everybody in them, Astrid's and Einar's decisions and Astrid's fullmakt to Jonas."""
        self._municipality(self.tunvik, "4299", "Tunvik", "8141001", [("Nord", self.nord), ("Sør", self.sor)])
        self._municipality(self.fjordby, "4298", "Fjordby", "8142001", [("Fjordby", self.fjordby_unit)])
        self._service(self.nord_nursing, self.tunvik, self.nord, "Hjemmesykepleie", "15")
        self._service(self.nord_cleaning, self.tunvik, self.nord, "Praktisk hjelp", "1", opened=False)
        self._service(self.sor_nursing, self.tunvik, self.sor, "Hjemmesykepleie", "15")
        self._service(self.fjordby_nursing, self.fjordby, self.fjordby_unit, "Hjemmesykepleie", "15")
        for key, given, family, born in [
            ("astrid", "Astrid", "Berg", date(1944, 3, 12)),
            ("jonas", "Jonas", "Berg", date(1972, 9, 4)),
            ("einar", "Einar", "Dahl", date(1947, 11, 23)),
            ("siri", "Siri", "Holm", date(1982, 5, 15)),
        ]:
            self.citizen(key, given, family, born)
        self.citizen("nils", "Nils", "Foss", date(1936, 6, 2), protection="strictly-confidential")
        self.employee("mona", "Mona", "Lie", self.tunvik, self.nord, "nurse", "sykepleier")
        self.employee("per", "Per", "Sand", self.tunvik, self.sor, "nurse", "sykepleier")
        self.employee("gerd", "Gerd", "Vik", self.tunvik, self.nord, "team-leader", "teamleder")
        self.employee("kari", "Kari", "Eide", self.fjordby, self.fjordby_unit, "nurse", "sykepleier")
        self.decision("astrid", self.tunvik, self.nord, self.nord_nursing)
        self.decision("einar", self.tunvik, self.nord, self.nord_nursing)
        self.activation("astrid")
        self.fullmakt("astrid", "jonas")
        return self

    def _municipality(self, id: UUID, number: str, name: str, her_id: str, units: list[tuple[str, UUID]]) -> None:
        self.insert(
            "municipality",
            id=id,
            number=number,
            name=name,
            orgnr=f"8{her_id}1",
            her_id=her_id,
            phone="32 00 00 00",
            sms_sender=name,
        )
        for place, (district, unit) in enumerate(units):
            self.insert("district", id=an_id(f"{name} {district}"), municipality_id=id, name=district)
            self.insert(
                "unit",
                id=unit,
                municipality_id=id,
                district_id=an_id(f"{name} {district}"),
                name=f"Hjemmetjenesten {district}",
                her_id=f"{her_id[:-1]}{place + 2}",
                phone=f"32 00 00 1{place}",
                opens_at="08:00",
                closes_at="15:30",
            )

    def _service(self, id: UUID, municipality: UUID, unit: UUID, name: str, code: str, *, opened: bool = True) -> None:
        since = date(2026, 1, 1) if opened else None
        self.insert(
            "service",
            id=id,
            municipality_id=municipality,
            unit_id=unit,
            name=name,
            code=code,
            messages_from=since,
            visits_from=since,
            cancel_from=since,
            notices_from=since,
            late_cancel_allowed=True,
        )

    def office(self) -> UUID:
        """Tunvik's office that treats complaints and applications; the id of its service."""
        office, service = an_id("Tildelingskontoret"), an_id("cases")
        self.insert(
            "unit",
            id=office,
            municipality_id=self.tunvik,
            district_id=an_id("Tunvik Nord"),
            name="Tildelingskontoret",
            her_id="8141009",
            phone="32 00 00 90",
            opens_at="08:00",
            closes_at="15:30",
            kind="office",
        )
        self._service(service, self.tunvik, office, "Saksbehandling", "sak", opened=False)
        return service

    def citizen(self, key: str, given: str, family: str, born: date, *, protection: str = "none") -> UUID:
        """A citizen by her key in the demo."""
        number = NATIONAL_IDS[key]
        self.insert(
            "citizen",
            id=an_id(key),
            national_id_sealed=keys.seal(number),
            national_id_lookup=keys.lookup_value(number),
            given_name=given,
            family_name=family,
            sort_key=f"{family.lower()} {given.lower()}",
            birth_date=born,
            protection=protection,
            language="nb",
            large_type=False,
        )
        return an_id(key)

    def employee(
        self, key: str, given: str, family: str, municipality: UUID, unit: UUID, role: str, title: str
    ) -> UUID:
        """An employee with one duty."""
        self.insert(
            "employee",
            id=an_id(key),
            municipality_id=municipality,
            national_id_lookup=keys.lookup_value(NATIONAL_IDS[key]),
            given_name=given,
            family_name=family,
            title=title,
            active=True,
        )
        self.insert(
            "duty",
            id=an_id(f"duty {key}"),
            municipality_id=municipality,
            employee_id=an_id(key),
            unit_id=unit,
            role=role,
        )
        return an_id(key)

    def decision(
        self,
        key: str,
        municipality: UUID,
        unit: UUID,
        service: UUID,
        *,
        starts: date = date(2025, 9, 1),
        ends: date | None = None,
    ) -> UUID:
        """A decision that gives a citizen a service."""
        id = an_id(f"decision {key} {service}")
        self.insert(
            "decision",
            id=id,
            citizen_id=an_id(key),
            municipality_id=municipality,
            unit_id=unit,
            service_id=service,
            starts_on=starts,
            ends_on=ends,
            help_text="Hjelp til medisiner og morgenstell",
            how_often="To ganger om dagen",
            contact_name="Mona",
            contact_title="sykepleier",
        )
        return id

    def activation(self, key: str, *, state: str = "active") -> None:
        """How far a citizen has come."""
        self.insert(
            "acceptance",
            id=an_id(f"acceptance {key}"),
            citizen_id=an_id(key),
            version=1,
            language="nb",
            level="idporten-loa-high",
            accepted_at="2026-02-01T10:00:00Z",
        )
        self.insert(
            "activation",
            citizen_id=an_id(key),
            state=state,
            due_at="2026-02-02T02:00:00Z",
            activated_at="2026-02-02T02:00:00Z" if state == "active" else None,
            reason="",
        )

    def fullmakt(
        self, giver: str, receiver: str, *, rights: tuple[Right, ...] = tuple(Right), ends: date | None = None
    ) -> UUID:
        """An active fullmakt."""
        id = an_id(f"fullmakt {giver} {receiver}")
        self.insert(
            "fullmakt",
            id=id,
            giver_id=an_id(giver),
            receiver_id=an_id(receiver),
            rights=[right.value for right in rights],
            state="active",
            offered_at="2026-02-01T10:00:00Z",
            accepted_at="2026-02-01T11:00:00Z",
            ends_on=ends,
            end_reason="",
        )
        return id


def herself(key: str, name: str) -> Actor:
    """A citizen in her own standing."""
    return Actor(Standing.SELF, an_id(key), name, about_id=an_id(key), about_name=name)


def on_behalf(key: str, name: str, *, of: str, of_name: str, rights: frozenset[Right] = frozenset(Right)) -> Actor:
    """A person who acts for another by fullmakt."""
    return Actor(Standing.FULLMAKT, an_id(key), name, about_id=an_id(of), about_name=of_name, rights=rights)


def at_work(key: str, name: str, *, municipality: UUID, unit: UUID, unit_name: str, role: Role = Role.NURSE) -> Actor:
    """An employee on duty in one unit."""
    return Actor(
        Standing.EMPLOYEE,
        an_id(key),
        name,
        municipality_id=municipality,
        units=(UnitRole(unit, unit_name, role),),
        roles=frozenset({role}),
    )


def the_journal(municipality: UUID) -> Actor:
    """A municipality's journal system."""
    return Actor(Standing.MACHINE, an_id("journal"), "Journalen", municipality_id=municipality)
