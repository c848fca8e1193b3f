"""Many visits go to the database with what they have in common said once, and come out as they went in."""

from datetime import UTC, date, datetime
from uuid import UUID

from msgspec.structs import fields, replace

from hjemmekontakt.ground.statements import fetch, named
from hjemmekontakt.visits.rows import SHAPE, Row, as_json, in_two

ONE, MANY = (f"SELECT * FROM {SHAPE[name]} AS row" for name in ("rows", "many_given"))
NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)
A_VISIT = Row(
    **{field.name: UUID(int=place) for place, field in enumerate(fields(Row)) if field.type is UUID},
    identifier_system="urn:s",
    identifier_value="0",
    status="planned",
    starts_at=NOON,
    ends_at=NOON.replace(hour=12),
    is_window=False,
    minutes=None,
    title="",
    instruction='«Ring på» \\ "to ganger"',
    performer_name="",
    performer_role="",
    place="home",
    cancellable=True,
    cancelled_by="",
    not_performed_reason="",
    source_updated_at=NOON,
    digest=b"\x00\xff",
)
OTHERS = {
    "minutes": 20,
    "title": "Stell",
    "is_window": True,
    "cancellable": False,
    "digest": b"",
    "series_day": date(2026, 3, 2),
    "performer_id": UUID(int=99),
    "changed_at": NOON,
}


def test_each_row_is_the_same_whatever_the_others_are(database) -> None:
    alike = [replace(A_VISIT, id=UUID(int=number), identifier_value=str(number)) for number in range(3)]
    for name, other in OTHERS.items():
        for rows in (
            alike,
            [replace(row, **{name: other}) for row in alike],
            [*alike, replace(A_VISIT, **{name: other})],
        ):
            lines, common = in_two(rows)
            one_by_one = [row for each in rows for row in fetch(ONE, [as_json([each])])]
            assert fetch(MANY, {"lines": lines, "common": common}) == one_by_one, name


def test_what_all_have_in_common_is_said_once(database) -> None:
    lines, common = in_two([replace(A_VISIT, id=UUID(int=number)) for number in range(3)])
    assert lines.count("urn:s") + common.count("urn:s") == 1
    assert len(named(MANY, lines=lines, common=common)) == 3
