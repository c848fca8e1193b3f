"""The journal remembers what was done from one start to the next, and plans the rest anew."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hjemmekontakt.demo.epj import memory
from hjemmekontakt.demo.epj.config import Person
from hjemmekontakt.demo.epj.plan import two_weeks

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
ASTRID = Person(key="astrid", name="Astrid Berg", national_id="")


def test_what_was_done_and_moved_is_remembered_and_the_rest_planned_anew(tmp_path) -> None:
    file = tmp_path / "visits.json"
    first, second, third, *rest = two_weeks(ASTRID, now=NOW)
    done = replace(first, status="fulfilled")
    moved = replace(
        second, starts_at=second.starts_at + timedelta(hours=1), ends_at=second.ends_at + timedelta(hours=1)
    )
    memory.write(file, [done, moved, third, *rest], now=NOW)

    next_day = NOW + timedelta(days=1)
    now_planned = {
        visit.identifier: visit for visit in memory.joined(memory.read(file), two_weeks(ASTRID, now=next_day))
    }

    assert now_planned[first.identifier].status == "fulfilled"
    assert now_planned[second.identifier].starts_at == moved.starts_at
    assert {visit.identifier for visit in two_weeks(ASTRID, now=next_day)} <= set(now_planned)


def test_long_past_visits_are_forgotten_and_a_broken_file_is_no_memory(tmp_path) -> None:
    file = tmp_path / "visits.json"
    memory.write(file, two_weeks(ASTRID, now=NOW), now=NOW + timedelta(days=60))
    assert memory.read(file) == {}
    file.write_text("{")
    assert memory.read(file) == {}
    assert memory.read(None) == {}
