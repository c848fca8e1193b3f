"""What `./hk bench` makes of its measurements, what it asks, and how a wrong answer makes a run void."""

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Barrier
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest

from hjemmekontakt.fhir.appointment import read
from hjemmekontakt.project.bench import (
    benchmark,
    fhir_put,
    figures,
    floor,
    importing,
    load,
    numbers,
    rounds,
    sizes,
    texts,
    wsgi,
)
from hjemmekontakt.project.bench.benchmark import Request
from hjemmekontakt.project.bench.figures import Metric, Slice
from hjemmekontakt.project.bench.load import Ask, Plan
from hjemmekontakt.project.bench.rounds import Place
from hjemmekontakt.project.commands import bench

OURS = [Slice([12.0, 10.0, 30.0], seconds=0.5), Slice([14.0, 11.0, 20.0], seconds=0.4)]
FLOOR = [Slice([6.0, 5.0, 9.0], seconds=0.2), Slice([4.0, 5.0, 10.0], seconds=0.25)]


def test_each_metric_is_the_best_of_all_rounds_not_of_one() -> None:
    found = {each.metric: each for each in figures.figures("open_thread", 8, ours=OURS, floor=FLOOR)}

    assert [(each.value, each.floor) for each in found.values()] == [(12.0, 5.0), (20.0, 9.0), (7.5, 15.0)]
    assert [each.share for each in found.values()] == [0.417, 0.45, 0.5]


def test_sides_take_turns_by_the_second_and_a_round_is_all_its_seconds(monkeypatch) -> None:
    asked = []

    def a_second(side, clients, seconds, *, begin) -> Slice:
        asked.append((side, seconds, begin))
        return Slice([float(len(asked))], seconds)

    monkeypatch.setattr(rounds, "_slice", a_second)
    ours, floor = rounds._interleaved(["ours", "floor"], clients=1, seconds=2.0)

    turns = asked[2:]  # after each has been warmed
    assert [side for side, _, _ in turns] == ["ours", "floor"] * 10
    assert {seconds for _, seconds, _ in turns} == {1.0}
    begun = [begin for side, _, begin in turns if side == "ours"]
    assert begun == [begin for side, _, begin in turns if side == "floor"]
    assert len(set(begun)) == 10
    assert [(len(each.times_ms), each.seconds) for each in ours] == [(2, 2.0)] * 5
    assert [each.times_ms for each in floor][:2] == [[4.0, 6.0], [8.0, 10.0]]


def test_one_slow_answer_in_a_hundred_does_not_stand_in_the_99th_percentile_and_two_do() -> None:
    quick = [1.0] * 99
    assert figures.percentile([*quick, 50.0], 99) == 1.0
    assert figures.percentile([*quick[1:], 50.0, 50.0], 99) == 50.0


@pytest.mark.parametrize(("metric", "ours", "bare", "share"), [("per_s", 100, 400, 0.25), ("p99_ms", 40, 10, 0.25)])
def test_a_quarter_of_the_floor_is_a_quarter_for_rates_and_for_times(metric, ours, bare, share) -> None:
    assert figures.share(Metric(metric), ours=ours, floor=bare) == share


def test_the_json_is_a_list_with_the_six_fields_of_each_figure() -> None:
    written = json.loads(json.dumps(figures.as_json(figures.figures("staff_inbox", 1, ours=OURS, floor=FLOOR))))

    assert [each["metric"] for each in written] == ["p50_ms", "p99_ms", "per_s"]
    assert {tuple(each) for each in written} == {("name", "clients", "metric", "value", "floor", "share")}
    assert written[0] == {
        "name": "staff_inbox",
        "clients": 1,
        "metric": "p50_ms",
        "value": 12.0,
        "floor": 5.0,
        "share": 0.417,
    }


@pytest.mark.parametrize(
    ("few", "many", "worse"), [("p50_ms", (10.0, 12.0), "+20 %"), ("per_s", (120.0, 100.0), "+20 %")]
)
def test_growth_is_told_as_how_much_worse_it_became(few, many, worse) -> None:
    earlier, later = (figures.Figure("open_thread", 1, few, value, 5.0, 0.4) for value in many)
    told = figures.line_of_growth(earlier, later, amounts=(20_000, 300_000))
    assert told.endswith(f"{worse}  (gulvet +0 %)")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["staff_outbox"], "«staff_outbox» er ikke en måling. Disse finnes: staff_inbox, open_thread"),
        (["--size", "planet"], "'small', 'city', 'nation'"),
        (["--clients", "1,mange"], "«1,mange» er ikke antall klienter fra 1 til 64, som 1,8."),
        (["--clients", "0"], "«0» er ikke antall klienter"),
        (["--seconds", "aldri"], "«aldri» er ikke et antall sekunder fra 0.1 til 60."),
        (["--compare-threads", "ti"], "«ti» er ikke et antall samtaler, som 20000."),
        (["--compare-visits", "ti"], "«ti» er ikke et antall besøk, som 10000."),
        (["--compare-visits", "500", "--compare-threads", "500"], "Velg --compare-threads eller --compare-visits"),
        (["--visits", "100"], "«100» er ikke et antall besøk, som 10000."),
        (["--stored", "-1"], "er ikke et antall avgjørelser, som 10000000."),
        (["notices_end_to_end", "--compare-stored", "10000"], "Velg et større --stored enn --compare-stored."),
    ],
)
def test_a_wrong_argument_is_answered_in_words_before_anything_starts(arguments, said, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        bench.run(arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_every_benchmark_asks_of_the_portal_what_it_asks_of_the_floor() -> None:
    for name in set(benchmark.ASKED) - {rounds.IN_THE_WORKER}:
        described = benchmark.load(name)
        columns = {word.split(")")[0] for word in described.floor.split("%(")[1:]}
        further = ("thread", "service", "reader", "visit", "called", "unit_her_id")
        row = {
            "start": "2026-03-05T11:00:00Z",
            "end": "2026-03-05T13:00:00Z",
            **{column: f"a {column}" for column in (*columns, *further)},
            "number": 7,
            "numbers": "7,8",
            "her_ids": "1,2",
        }

        request = benchmark.ask_floor(name, row)

        assert described.ask(row).status in (200, 201, 302)
        assert request.path.startswith(f"/floor/{name}?")
        assert columns <= parse_qs(urlsplit(request.path).query).keys()


def test_a_form_goes_with_the_cookie_of_its_page_and_the_whole_length() -> None:
    head, body = (
        Request("/meldinger/ny/", 302, "", form={"text": "Hei på deg"}, cookie="a=b").on_the_wire().split(b"\r\n\r\n")
    )

    assert head.startswith(b"POST /meldinger/ny/ HTTP/1.1\r\nHost: hjemmekontakt.example.no\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    assert f"a=b; __Host-hk-csrf={benchmark.CSRF_SECRET}".encode() in head
    assert parse_qs(body.decode()) == {"text": ["Hei på deg"], "csrfmiddlewaretoken": [benchmark.CSRF_SECRET]}


def test_a_journals_request_goes_with_its_token_and_the_whole_length() -> None:
    row = {"number": 7, "municipality": "m", "unit_her_id": "8500001", "day": "2026-03-06"}
    head, body = fhir_put.ask(row).on_the_wire().split(b"\r\n\r\n")

    assert head.startswith(b"PUT /fhir/Appointment?identifier=urn%3Abench%3Aput%7C")
    assert b"Authorization: Bearer bench-m\r\n" in head
    assert f"Content-Length: {len(body)}".encode() in head
    assert read(body).report.patient_national_id == numbers.national_id(7)


def test_the_city_is_as_the_contract_says() -> None:
    numbers = sizes.SIZES["city"].numbers
    assert (numbers["recipients"], numbers["units"], numbers["districts"], numbers["threads"]) == (
        20_000,
        60,
        15,
        300_000,
    )
    assert [size.recipients for size in sizes.SIZES.values()] == [100, 20_000, 200_000]


def test_texts_are_the_same_every_time_with_common_words_and_rare_ones() -> None:
    made = list(texts.texts(2_000))

    assert made == list(texts.texts(2_000))
    containing = [sum(f" {word} " in text for text in made) for word in ("og", "medisin", "undulat")]
    assert containing[0] > containing[1] > containing[2]
    assert all(0 < len(text) <= 4000 for text in made)
    assert all(0 < len(subject) <= 50 for subject in texts.subjects())


def test_without_the_bench_the_floor_is_an_unknown_page(monkeypatch) -> None:
    monkeypatch.delenv(floor.URL, raising=False)
    monkeypatch.setattr(wsgi, "portal", lambda environ, start_response: [b"the portal"])
    assert wsgi.application({"PATH_INFO": "/floor/staff_inbox"}, lambda *_: None) == [b"the portal"]


def test_the_load_counts_right_answers_and_keeps_the_connection() -> None:
    with _a_server(_answer(b"200 OK", b"<h1>Innboks</h1>")) as (port, connections):
        result = load.drive(Plan(port, clients=2, seconds=5.0, asks=[_ask()] * 40))

    assert (len(result.times_ms), result.failures, len(connections)) == (40, [], 2)
    assert result.seconds > 0


@pytest.mark.parametrize(
    ("answer", "body", "told"),
    [
        (b"200 OK", b"noe annet", "ga ikke «Innboks», men:\nHTTP/1.1 200 OK"),
        (b"403 Forbidden", b"Innboks", "HTTP/1.1 403 Forbidden"),
    ],
)
def test_an_answer_without_its_marker_or_status_is_a_failure_and_ends_the_load(answer, body, told) -> None:
    with _a_server(_answer(answer, body)) as (port, _):
        result = load.drive(Plan(port, clients=1, seconds=5.0, asks=[_ask()] * 40))

    assert result.times_ms == []
    assert told in result.failures[0]
    assert "hemmelig" not in result.failures[0]


def _ask() -> Ask:
    return Ask(b"GET /ansatt/?q=hemmelig HTTP/1.1\r\n\r\n", b"200", b"Innboks")


def _answer(status: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 %s\r\ncontent-length: %d\r\n\r\n%s" % (status, len(body), body)


def test_each_line_of_an_import_has_its_share_of_the_time_of_its_own_part(hands) -> None:
    work = iter([True, True, False, False])
    times, seconds = importing.timed(lambda: next(work), parts=2, hands=hands, beside_each_other=1)
    assert len(times) == 2000
    assert times[0] == times[999] != times[1000]
    assert sum(times) == pytest.approx(seconds * 1000)


def test_lines_that_are_worked_on_beside_each_other_share_the_time_of_all_of_them(hands) -> None:
    work, both = iter([True] * 4 + [False] * 3), Barrier(2)

    def work_with_the_other() -> bool:
        more = next(work)
        if more:
            both.wait(20)
        return more

    times, seconds = importing.timed(work_with_the_other, parts=4, hands=hands, beside_each_other=2)
    assert len(times) == 4000
    assert times[0] == times[1999] <= seconds * 1000 / 2000, "of the first two the later one, halved"


@pytest.fixture
def hands() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as hands:
        yield hands


def test_imports_are_taken_in_turn_by_the_second_too_and_make_as_many_rounds(monkeypatch) -> None:
    asked: list[dict] = []

    def ran(_command, *, input, **_other):
        plan = json.loads(input)
        asked.append(plan)
        taken = [[[float(turn)], 0.5] for turn in range(plan["turns"])]
        return SimpleNamespace(returncode=0, stdout=json.dumps({"ours": taken, "floor": taken}))

    monkeypatch.setattr(rounds.subprocess, "run", ran)
    monkeypatch.setattr(rounds.data, "tidy", lambda *_: None)
    monkeypatch.setattr(rounds, "_rows", lambda *_: [{"municipality": "m"}])
    found = rounds._by_the_worker(Place(1, None, datetime(2026, 3, 2, tzinfo=UTC), 0), seconds=2.0)
    assert [(plan["turns"], plan["lines"]) for plan in asked] == [(10, 14_000)]
    assert [each.times_ms for each in found["ours"]] == [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0], [6.0, 7.0], [8.0, 9.0]]
    assert {each.seconds for each in found["floor"]} == {1.0}


def test_how_an_import_grows_is_measured_a_round_in_each_town_in_turn(monkeypatch) -> None:
    asked: list[str] = []

    def ran(_command, *, input, env, **_other):
        asked.append(env["TOWN"])
        taken = [[[float(len(asked)), float(len(asked))], 0.5]] * json.loads(input)["turns"]
        return SimpleNamespace(returncode=0, stdout=json.dumps({"ours": taken, "floor": taken}))

    monkeypatch.setattr(rounds.subprocess, "run", ran)
    monkeypatch.setattr(rounds.data, "tidy", lambda *_: None)
    monkeypatch.setattr(rounds, "_rows", lambda *_: [{"municipality": "m"}])
    few, many = (Place(1, None, datetime(2026, 3, 2, tzinfo=UTC), 0, {"TOWN": town}) for town in ("few", "many"))
    pairs = rounds.measure_growth("fhir_import", few, many, clients=1, seconds=2.0)
    assert asked == ["few", "many"] * rounds.ROUNDS
    median = [(one.value, other.value) for one, other in pairs if one.metric == Metric.P50]
    assert median == [(1.0, 2.0)], "the best of each"


@pytest.mark.parametrize("done", [[True, False, False], [True, True, True, False, False], [True, True, False, True]])
def test_an_import_that_did_less_or_more_than_its_lines_has_no_figures(done, hands) -> None:
    work = iter(done)
    with pytest.raises(SystemExit):
        importing.timed(lambda: next(work), parts=2, hands=hands, beside_each_other=1)


@contextmanager
def _a_server(answer: bytes) -> Iterator[tuple[int, list[socket.socket]]]:
    """A server on loopback that answers each request of a connection, in two parts, until it is closed."""
    connections: list[socket.socket] = []

    def serve(connection: socket.socket) -> None:
        with (
            connection,
            contextlib.suppress(ConnectionResetError, BrokenPipeError),
        ):  # the load does not wait for the last part
            while connection.recv(65536):
                connection.sendall(answer[:20])
                connection.sendall(answer[20:])

    def accept(listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connections.append(connection)
            threading.Thread(target=serve, args=[connection], daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, args=[listener], daemon=True).start()
        yield listener.getsockname()[1], connections
        listener.shutdown(socket.SHUT_RDWR)
