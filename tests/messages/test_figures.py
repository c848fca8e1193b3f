"""The figures of Nord: how soon it answers, so that nobody is counted out of them, as page and as file (R82, R92)."""

import csv
import io
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.access.rules import Role
from hjemmekontakt.ground.workdays import OSLO
from hjemmekontakt.messages import queries
from hjemmekontakt.messages.rules import FEWEST, Period, hidden
from tests.doors import client_of
from tests.pages import text_of
from tests.people import an_id, at_work

MARCH_2 = datetime(2026, 3, 2, tzinfo=OSLO)


@pytest.fixture
def came(world):
    """A message that came to Nord on a day and hour of the weeks before, and what became of it."""

    def put(days_ago: int, hour: int, *, answered: timedelta | None = None, phone=False, waived=False, category=""):
        sent = MARCH_2 - timedelta(days=days_ago) + timedelta(hours=hour)
        thread = uuid4()
        hers = {"citizen_id": an_id("astrid"), "municipality_id": world.tunvik, "unit_id": world.nord}
        world.insert(
            "thread",
            id=thread,
            service_id=world.nord_nursing,
            subject="Hemmelig emne",
            state="answered",
            category=category,
            started_at=sent,
            last_message_at=sent,
            **hers,
        )
        answered_at = sent + answered if answered else None
        rows = [("citizen", sent, "here", answered_at)]
        rows += [("unit", answered_at, "phone" if phone else "here", None)] if answered_at else []
        for place, (sender, at, channel, when) in enumerate(rows, start=1):
            world.insert(
                "message",
                id=uuid4(),
                thread_id=thread,
                place=place,
                sender=sender,
                author_id=an_id("astrid"),
                author_name="Astrid Berg",
                author_role="",
                on_behalf=False,
                channel=channel,
                text="Hemmelig",
                sent_at=at,
                answer_by=sent + timedelta(days=1, hours=6) if sender == "citizen" else None,
                answered_at=when,
                waived_at=sent if waived and sender == "citizen" else None,
                form_key=uuid4(),
                **hers,
            )

    return put


@pytest.fixture
def gerd(world):
    nord = {"municipality": world.tunvik, "unit": world.nord, "unit_name": "Hjemmetjenesten Nord"}
    return at_work("gerd", "Gerd Vik", **nord, role=Role.TEAM_LEADER)


def counts(table) -> dict:
    return {cell.key: cell.count for cell in table.cells}


def test_answer_times_are_counted_in_the_hours_that_the_unit_reads(came, gerd, world) -> None:
    for _ in range(9):
        came(5, 10, answered=timedelta(hours=3))  # a Wednesday
    came(3, 15, answered=timedelta(hours=66))  # Friday at three to Monday at nine; the period ends yesterday
    figures = queries.figures_of(gerd, world.nord, period=Period.FOUR_WEEKS)
    assert (figures.since, figures.until) == (date(2026, 2, 2), date(2026, 3, 1))
    assert (figures.came, figures.median, figures.ninetieth) == (10, timedelta(hours=3), timedelta(hours=3))


def test_what_became_of_it_and_how(came, gerd, world) -> None:
    for _ in range(20):
        came(5, 10, answered=timedelta(hours=3), category="medicine")
    for _ in range(6):
        came(6, 11, answered=timedelta(days=3), phone=True)
    for _ in range(5):
        came(7, 12, waived=True)
    for _ in range(7):
        came(8, 13)
    came(400, 10, answered=timedelta(hours=1))
    figures = queries.figures_of(gerd, world.nord, period=Period.FOUR_WEEKS)
    assert figures.came == 38
    assert counts(figures.outcomes) == {"as-promised": 20, "late": 6, "no-reply": 5, "waiting": 7}
    assert counts(figures.ways) == {"here": 20, "phone": 6}
    assert (figures.within.kind, figures.within.percent) == ("exactly", 76)
    assert counts(figures.categories) == {"": 18, "medicine": 20}
    shown = {key: count for key, count in counts(figures.hours).items() if count}
    assert shown == {"10": 20, "11": 6, "12": 5, "13": 7}
    assert counts(figures.hours)["03"] == 0, "a nought is nobody, and need not be hidden"
    assert queries.figures_of(gerd, world.nord, period=Period.TWELVE_MONTHS).came == 38


def test_where_two_were_late_neither_their_number_nor_the_share_tells_it(came, gerd, world) -> None:
    for _ in range(60):
        came(5, 10, answered=timedelta(hours=3))
    for _ in range(2):
        came(6, 11, answered=timedelta(days=3))
    for _ in range(8):
        came(7, 12, waived=True)
    figures = queries.figures_of(gerd, world.nord, period=Period.FOUR_WEEKS)
    assert counts(figures.outcomes) == {"as-promised": 60, "late": None, "no-reply": None, "waiting": 0}
    assert (figures.within.kind, figures.within.percent) == ("at-least", 93)


@given(st.dictionaries(st.integers(0, 30), st.integers(0, 40), min_size=1, max_size=10))
def test_no_hidden_number_can_be_worked_out_from_the_total(given_counts) -> None:
    numbers = {str(key): count for key, count in given_counts.items()}
    table = hidden(numbers)
    shown = counts(table)
    gone = [numbers[key] for key, count in shown.items() if count is None]
    assert all(count in (None, 0) or count >= FEWEST for count in shown.values())
    if gone and len(gone) < len(shown):
        assert len(gone) > 1
        assert sum(gone) >= FEWEST
        assert table.others_hidden or sum(gone) < len(gone) * (FEWEST - 1)
        assert could_be_otherwise(
            gone, least_shown=min((count for count in shown.values() if count), default=sum(gone))
        )


def could_be_otherwise(gone: list[int], *, least_shown: int) -> bool:
    """Whether each small number among the hidden could have been another, and the sum and what is shown be the same."""
    small = [count for count in gone if count < FEWEST]
    others = [(1, FEWEST - 1)] * (len(small) - 1) + [(FEWEST, least_shown)] * (len(gone) - len(small))
    lowest, highest = sum(low for low, _ in others), sum(high for _, high in others)
    possible = [count for count in range(1, FEWEST) if lowest <= sum(gone) - count <= highest]
    return not small or len(possible) > 1


WHO_MAY = {"gerd": "let in", "mona": "let in", "the case worker": "403", "per": "404", "kari": "404", "astrid": "403"}


@pytest.mark.parametrize(("who", "expected"), WHO_MAY.items())
def test_who_may_see_the_figures(gerd, mona, per, kari, astrid, world, who, expected) -> None:
    nord = {"municipality": world.tunvik, "unit": world.nord, "unit_name": "Hjemmetjenesten Nord"}
    worker = at_work("liv", "Liv Krogh", **nord, role=Role.CASE_WORKER)
    everybody = {"gerd": gerd, "mona": mona, "per": per, "kari": kari, "astrid": astrid, "the case worker": worker}
    if expected == "let in":
        queries.figures_of(everybody[who], world.nord, period=Period.FOUR_WEEKS)
        return
    with pytest.raises(Denied) as denied:
        queries.figures_of(everybody[who], world.nord, period=Period.FOUR_WEEKS)
    assert denied.value.near == (expected == "403")


def test_the_page_has_a_chart_with_its_words_and_its_table_and_no_name(came, world, queries_in, log_of) -> None:
    for hour in range(24):
        came(5, hour % 12, answered=timedelta(hours=3))
    mona = client_of("mona", employee=True)
    page = mona.get(f"/ansatt/statistikk/{world.nord}/?periode=12-uker")
    shown, markup = text_of(page), page.content.decode()
    assert "Siste 12 uker" in shown
    assert "1–4" in shown
    assert markup.count('<svg class="hk-chart" role="img"') == markup.count("<desc ") == 5
    assert ' style="' not in markup
    assert "Astrid" not in shown
    assert "Hemmelig" not in markup
    assert log_of("astrid") == []
    assert queries_in(lambda: mona.get(f"/ansatt/statistikk/{world.nord}/")) <= 12


def test_where_too_few_have_written_no_table_is_drawn(came, world) -> None:
    for _ in range(3):
        came(5, 10, answered=timedelta(hours=3))
    page = client_of("mona", employee=True).get(f"/ansatt/statistikk/{world.nord}/")
    assert "For få meldinger til å vise tall" in text_of(page)
    assert "hk-chart" not in page.content.decode()


def test_the_file_is_read_by_a_spreadsheet_and_starts_no_formula(came, world, database) -> None:
    database.execute("UPDATE unit SET name = '=1+1;\"Nord' WHERE id = %s", [world.nord])
    for _ in range(12):
        came(5, 10, answered=timedelta(hours=3))
    answer = client_of("gerd", employee=True).get(f"/ansatt/statistikk/{world.nord}/statistikk.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Tabell", "Gruppe", "Verdi"]
    assert ["Om tallene", "Enhet", "'=1+1;\"Nord"] in rows
    assert ["Hovedtall", "Halvparten fikk svar innen (median)", "3,0 timer"] in rows
    assert {len(row) for row in rows} == {3}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_an_unknown_period_is_the_shortest(world) -> None:
    page = client_of("mona", employee=True).get(f"/ansatt/statistikk/{world.nord}/?periode=evig")
    assert page.status_code == 200
