"""Search: each finds words in what she may open, nobody else's; the words stand in no address, log or line."""

import logging
import re
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.access.rules import Right, Role
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import queries, statements
from hjemmekontakt.messages.queries import searching
from hjemmekontakt.messages.rules import Refusal
from tests.doors import client_of
from tests.messages.test_pages import jonas_with, page
from tests.people import NATIONAL_IDS, an_id, at_work, on_behalf


@pytest.fixture
def letters(world, write, answer, astrid, einar, mona):
    """What Astrid, Einar and Mona have written: the threads by their subject."""
    world.activation("einar")
    key = write(astrid, "Hvem har nøklene til døra?", subject="Nøkkel", key="a1").thread_id
    foot = write(astrid, "Såret på foten er bedre.", subject="Sår", key="a2").thread_id
    pills = write(einar, "Dosetten er tom, og nøkkelen er hos naboen.", subject="Medisiner", key="e1").thread_id
    answer(mona, foot, "Vi bytter bandasjen i morgen.")
    return {"Nøkkel": key, "Sår": foot, "Medisiner": pills}


def subjects(found) -> list[str]:
    return ["".join(text for text, _ in each.subject) for each in found.threads]


@pytest.mark.parametrize(
    ("words", "finds"),
    [
        ("nøkkel", ["Nøkkel"]),  # only the subject: «nøklene» has another stem
        ("nøklene", ["Nøkkel"]),
        ("bandasje", ["Sår"]),  # what the unit has written, in another form of the word
        ("banda", ["Sår"]),  # the beginning of a word
        ("hos dosetten", []),
        ("medisiner", []),  # Einar's
        ('"såret på foten"', ["Sår"]),
        ('"foten såret"', []),
        ("sår -bandasje", ["Sår"]),
        ("nøklene or bandasjen", ["Sår", "Nøkkel"]),
        ("DØRA", ["Nøkkel"]),
        ("og på", []),
    ],
)
def test_astrid_finds_words_in_her_own_messages(letters, astrid, at, words, finds) -> None:
    assert sorted(subjects(queries.search(astrid, words))) == sorted(finds)


def test_the_word_is_marked_in_the_newest_line_that_fits(letters, astrid) -> None:
    found = queries.search(astrid, "bandasje").threads[0]
    assert ("bandasjen", True) in found.line
    assert found.author.name == "Mona Lie"


@pytest.mark.parametrize(("written", "searched"), [
    ("Eg har gløymt nykelen heime", "nykel"), ("Kven kjem i morgon?", "morgon"), ("The nurse was kind", "nurse"),
    ("Takk 🌷 for hjelpen", "takk"), ("Møt meg kl. 10:30", "10:30"),
])  # fmt: skip
def test_nynorsk_english_and_figures_are_found_too(write, astrid, written, searched) -> None:
    write(astrid, written, subject="Hei")
    assert subjects(queries.search(astrid, searched)) == ["Hei"]


STRANGE = [
    "'; DROP TABLE message; --", "a & | ! ( ) : *", "<->", "nøkkel:*", "'nøkkel':A", "\\", "%_%", '"', "--", "🌷🌷", "((((aa",
    "or or", "-nøkkel", "aa\tbb\r\ncc", "aa'bb\\'", "{words}", "%(words)s", "ﬁ²③", "אבג دفع",
]  # fmt: skip


@pytest.mark.parametrize("words", STRANGE)
def test_no_words_break_the_search_on_either_side(letters, astrid, mona, words) -> None:
    for look in (lambda: queries.search(astrid, words), lambda: queries.search_at_work(mona, words)):
        if sum(each.isalnum() for each in words) < 2:
            with pytest.raises(Refused) as refused:
                look()
            assert refused.value.why is Refusal.SEARCH_EMPTY
        else:
            assert set(subjects(look())) <= {"Nøkkel", "Sår", "Medisiner"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "Skriv minst to bokstaver"),
        ("?", "Skriv minst to bokstaver"),
        ("a" * 10_000, "Søk med færre ord."),
        ("nøk\0kel", "Teksten inneholder tegn"),
    ],
)
def test_what_cannot_be_searched_for_is_told_and_kept(letters, words, sentence) -> None:
    for browser, address in (
        (client_of("astrid"), "/meldinger/sok/"),
        (client_of("mona", employee=True), "/ansatt/sok/"),
    ):
        answer = browser.post(address, {"words": words})
        assert answer.status_code == 400
        assert sentence in page(answer)
        assert words.replace("\0", "") in answer.content.decode().replace("\0", "")


WHO_MAY_SEARCH = {
    "astrid": ["Nøkkel"], "einar": ["Medisiner"], "siri": [], "jonas himself": [],
    "jonas who may read": ["Nøkkel"], "jonas who may write": None, "mona": None,
}  # fmt: skip


@pytest.mark.parametrize("who", WHO_MAY_SEARCH)
def test_who_finds_the_key_as_a_citizen(letters, who, astrid, einar, siri, jonas, mona) -> None:
    astrids = {"of": "astrid", "of_name": "Astrid Berg"}
    actor = {
        "astrid": astrid, "einar": einar, "siri": siri, "jonas himself": jonas, "mona": mona,
        "jonas who may read": on_behalf("jonas", "Jonas Berg", **astrids, rights=frozenset({Right.READ})),
        "jonas who may write": on_behalf("jonas", "Jonas Berg", **astrids, rights=frozenset({Right.WRITE})),
    }[who]  # fmt: skip
    if WHO_MAY_SEARCH[who] is None:
        with pytest.raises(Denied) as denied:
            queries.search(actor, "nøkkel")
        assert denied.value.near
    else:
        assert subjects(queries.search(actor, "nøkkel")) == WHO_MAY_SEARCH[who]


def staff(world) -> dict[str, object]:
    nord = {"municipality": world.tunvik, "unit": world.nord, "unit_name": "Hjemmetjenesten Nord"}
    sor = {"municipality": world.tunvik, "unit": world.sor, "unit_name": "Hjemmetjenesten Sør"}
    fjordby = {"municipality": world.fjordby, "unit": world.fjordby_unit, "unit_name": "Hjemmetjenesten Fjordby"}
    mona = at_work("mona", "Mona Lie", **nord)
    return {
        "mona": mona,
        "mona, astrid's daughter": replace(mona, family=frozenset({an_id("astrid")})),
        "gerd": at_work("gerd", "Gerd Vik", **nord, role=Role.TEAM_LEADER),
        "liv": at_work("liv", "Liv Krogh", **nord, role=Role.ADMINISTRATOR),
        "per": at_work("per", "Per Sand", **sor),
        "kari": at_work("kari", "Kari Eide", **fjordby),
        "per, who also leads in nord": replace(
            at_work("per", "Per Sand", **sor),
            units=(*at_work("per", "Per Sand", **sor).units, *at_work("x", "x", **nord, role=Role.ADMINISTRATOR).units),
        ),
    }


@pytest.mark.parametrize(
    ("who", "finds"),
    [
        ("mona", ["Medisiner", "Nøkkel"]),
        ("mona, astrid's daughter", ["Medisiner"]),
        ("gerd", ["Medisiner", "Nøkkel"]),
        ("liv", None),
        ("per", []),
        ("kari", []),
        ("per, who also leads in nord", []),
    ],
)
def test_who_finds_the_key_at_work(letters, world, who, finds) -> None:
    actor = staff(world)[who]
    if finds is None:
        with pytest.raises(Denied):
            queries.search_at_work(actor, "nøkkel")
    else:
        assert sorted(subjects(queries.search_at_work(actor, "nøkkel"))) == finds


CHANGES = {
    "nothing": "SELECT 1",
    "her decision ended": "UPDATE decision SET ends_on = '2026-02-01' WHERE citizen_id = '{astrid}'",
    "her decision begins tomorrow": "UPDATE decision SET starts_on = '2026-03-03' WHERE citizen_id = '{astrid}'",
    "her address is protected": "UPDATE citizen SET protection = 'confidential' WHERE id = '{astrid}'",
    "her help and her threads are moved": (
        "WITH m AS (UPDATE message SET unit_id = '{sor}' WHERE citizen_id = '{astrid}'),"
        " t AS (UPDATE thread SET unit_id = '{sor}', service_id = '{nursing}' WHERE citizen_id = '{astrid}')"
        " UPDATE decision SET unit_id = '{sor}', service_id = '{nursing}' WHERE citizen_id = '{astrid}'"
    ),
    "it is a case": "UPDATE thread SET case_kind = 'complaint' WHERE citizen_id = '{astrid}'",
    "a case after the decision ended": (
        "WITH t AS (UPDATE thread SET case_kind = 'complaint')"
        " UPDATE decision SET ends_on = '2026-02-01' WHERE citizen_id = '{astrid}'"
    ),
    "a case in an office": (
        "WITH t AS (UPDATE thread SET case_kind = 'complaint'), u AS (UPDATE unit SET kind = 'office' WHERE id = '{nord}')"
        " UPDATE decision SET ends_on = '2026-02-01' WHERE citizen_id = '{astrid}'"
    ),
    "long ago": "UPDATE message SET sent_at = '2025-03-01'; UPDATE thread SET last_message_at = '2025-03-01'",
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_has_changed_nobody_finds_what_she_cannot_open(letters, world, database, change) -> None:
    places = {"astrid": an_id("astrid"), "sor": world.sor, "nord": world.nord, "nursing": world.sor_nursing}
    database.execute(CHANGES[change].format(**places))
    for who, actor in staff(world).items():
        if who == "liv":
            continue
        found = {each.id for each in queries.search_at_work(actor, "nøkkel or bandasjen").threads}
        may_open = {id for id in letters.values() if opens(actor, id)}
        assert found <= may_open, who
        if change in ("nothing", "it is a case", "a case in an office", "her help and her threads are moved"):
            assert found == may_open, who


def opens(actor, thread_id) -> bool:
    try:
        queries.staff_thread(actor, thread_id)
    except Denied:
        return False
    return True


def test_neither_log_nor_line_nor_address_holds_the_words(letters, database, caplog) -> None:
    mona, astrid = client_of("mona", employee=True), client_of("astrid")
    with caplog.at_level(logging.DEBUG, logger="hjemmekontakt"):
        for _ in range(2):
            mona.post("/ansatt/sok/", {"words": "dosetten"})
            astrid.post("/meldinger/sok/", {"words": "bandasjen"})
    lines = database.execute("SELECT e.*::text FROM access_entry e").fetchall()
    assert not [line for line in lines if "doset" in str(line) or "bandasje" in str(line)]
    assert not [record for record in caplog.records if "doset" in record.getMessage()]
    acts = database.execute(
        "SELECT act, citizen_id, count(*) FROM access_entry WHERE in_list GROUP BY act, citizen_id ORDER BY act"
    ).fetchall()
    assert acts == [("list-threads", an_id("astrid"), 1), ("search-at-work", an_id("einar"), 1)]


def test_astrid_searches_from_her_list_and_comes_to_the_thread(letters) -> None:
    astrid = client_of("astrid")
    assert "Søk i meldinger" in page(astrid.get("/meldinger/"))
    found = astrid.post("/meldinger/sok/", {"words": "nøklene"})
    assert "Hvem har <mark>nøklene</mark> til døra?" in found.content.decode()
    assert f"/meldinger/{letters['Nøkkel']}/" in found.content.decode()
    assert "nøklene" not in found.wsgi_request.get_full_path()
    nothing = page(astrid.post("/meldinger/sok/", {"words": "badeball"}))
    assert "Vi fant ingen meldinger med dette" in nothing
    assert "Se alle meldinger" in nothing


def test_markup_in_a_message_stays_text_where_it_is_found(write, astrid) -> None:
    write(astrid, "<script>alert('nøkkelen')</script> \x02nøkkelen\x03 <b>hei</b>", subject="<i>Nøkkel</i>")
    shown = client_of("astrid").post("/meldinger/sok/", {"words": "nøkkel"}).content.decode()
    assert "<script>alert" not in shown
    assert "<b>hei" not in shown
    assert "&lt;i&gt;<mark>Nøkkel</mark>" in shown


def test_a_long_list_goes_on_where_it_stopped(write, astrid, mona, at) -> None:
    for number in range(25):
        at(f"monday {8 + number // 60:02}:{number:02}")
        write(astrid, f"Nøkkel nummer {number}", subject=f"Brev {number}", key=f"k{number}")
    for browser, address in (
        (client_of("astrid"), "/meldinger/sok/"),
        (client_of("mona", employee=True), "/ansatt/sok/"),
    ):
        first = browser.post(address, {"words": "nøkkel"})
        after = re.search(r'name="after" value="([^"]+)"', first.content.decode())[1]
        second = browser.post(address, {"words": "nøkkel", "after": after})
        seen = [set(re.findall(r"Brev (\d+)", page(each))) for each in (first, second)]
        assert (len(seen[0]), len(seen[1]), seen[0] & seen[1]) == (20, 5, set())
        assert "24" in seen[0]
        assert "Vis flere" not in page(second)


def test_jonas_who_may_not_read_cannot_search(letters, world) -> None:
    assert jonas_with(world, Right.WRITE).post("/meldinger/sok/", {"words": "nøkkel"}).status_code == 403
    assert "Nøkkel" in page(jonas_with(world, Right.READ).post("/meldinger/sok/", {"words": "nøkkel"}))


@pytest.mark.parametrize(
    "words", ["Astrid Berg", "berg astrid", "astr", "BERG", NATIONAL_IDS["astrid"], "128344 10061"]
)
def test_mona_finds_astrid_by_name_or_number_and_her_dialogues(letters, words) -> None:
    mona = client_of("mona", employee=True)
    found = mona.post("/ansatt/sok/", {"words": words})
    assert "Astrid Berg, f. 1944" in page(found)
    address = re.search(r"/ansatt/person/[0-9a-f-]+/meldinger/", found.content.decode())[0]
    hers = page(mona.get(address))
    assert "Nøkkel" in hers
    assert "Sår" in hers
    assert "Medisiner" not in hers


@pytest.mark.parametrize("who", ["per", "kari"])
def test_one_who_is_not_theirs_is_as_unknown_as_one_who_is_nobody(letters, who) -> None:
    browser = client_of(who, employee=True)
    answers = [
        page(browser.post("/ansatt/sok/", {"words": words}))
        for words in ("Astrid Berg", NATIONAL_IDS["astrid"], "Ingen Annen", "01890012345")
    ]
    assert len({re.sub(r"[^.]*Prøv", "", each) for each in answers}) == 1
    assert "Ingen treff" in answers[0]
    assert [browser.get(f"/ansatt/person/{an_id(key)}/meldinger/").status_code for key in ("astrid", "nobody")] == [
        404,
        404,
    ]


def test_neither_the_protected_nor_ones_own_family_is_found(letters, world, database, mona) -> None:
    world.decision("nils", world.tunvik, world.nord, world.nord_nursing)
    assert queries.search_at_work(mona, "Nils Foss").persons == ()
    daughter = replace(mona, family=frozenset({an_id("astrid")}))
    assert queries.search_at_work(daughter, "Astrid").persons == ()
    with pytest.raises(Denied) as denied:
        queries.person_at_work(daughter, an_id("astrid"))
    assert not denied.value.near
    database.execute("UPDATE decision SET ends_on = %s WHERE citizen_id = %s", [date(2026, 2, 1), an_id("astrid")])
    assert queries.search_at_work(mona, "Astrid").persons == ()


def test_the_persons_who_were_shown_are_in_their_logs(letters, mona, log_of) -> None:
    queries.search_at_work(mona, "Berg")
    assert log_of("astrid")[-1] == ("search-at-work", "done", "Mona Lie")
    assert "search-at-work" not in [act for act, _, _ in log_of("einar")]


@pytest.mark.parametrize(("who", "address", "most"), [("astrid", "/meldinger/sok/", 12), ("mona", "/ansatt/sok/", 12)])
def test_search_asks_the_database_few_times_however_much_it_finds(write, astrid, who, address, most) -> None:
    for number in range(12):
        write(astrid, "Nøkkel", subject=f"Brev {number}", key=f"k{number}")
    browser = client_of(who, employee=who == "mona")
    with CaptureQueriesContext(connection) as asked:
        assert browser.post(address, {"words": "nøkkel"}).status_code == 200
    assert len(asked) <= most, [each["sql"][:90] for each in asked]


@pytest.fixture
def a_town(world, database) -> None:
    """20,000 messages to ten units from 2,000 citizens, so that the database plans as it would at work."""
    database.execute("SET session_replication_role = replica")
    database.execute(
        "INSERT INTO thread (id, citizen_id, municipality_id, unit_id, service_id, subject, state, started_at, last_message_at)"
        " SELECT md5('t' || n)::uuid, md5('c' || n %% 2000)::uuid, %s, md5('u' || n %% 10)::uuid, %s, 'Besøk', 'answered',"
        " at, at FROM generate_series(1, 5000) n, LATERAL (SELECT timestamptz '2026-03-01' - n * interval '3 hours' AS at) x",
        [world.tunvik, world.nord_nursing],
    )
    database.execute(
        "INSERT INTO message (id, thread_id, place, citizen_id, municipality_id, unit_id, sender, author_id, author_name,"
        " author_role, on_behalf, text, sent_at, form_key)"
        " SELECT gen_random_uuid(), t.id, p, citizen_id, municipality_id, unit_id, 'citizen', citizen_id, 'N', '', false,"
        " 'Hvem kommer i morgen?' || CASE WHEN (hashtext(t.id::text) + p) % 50 = 0 THEN ' Nøkkel' ELSE '' END, started_at,"
        " gen_random_uuid() FROM thread t, generate_series(1, 4) p"
    )
    database.execute("SET session_replication_role = DEFAULT")
    database.execute("ANALYZE thread, message")


def test_the_units_search_goes_by_its_words_and_the_unit_together(a_town, database) -> None:
    names, types, body = database.execute(
        "SELECT proargnames[1:pronargs], proargtypes::regtype[]::text[], prosrc FROM pg_proc"
        " WHERE proname = 'hk_search_threads'"
    ).fetchone()
    for place, name in enumerate(names):
        body = re.sub(rf"\b{name}\b", f"${place + 1}", body)
    with database.transaction(force_rollback=True):
        database.execute("SET LOCAL ROLE hk_lookup")  # who runs it, under the policies that hold for her
        database.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        database.execute(f"PREPARE the_search ({', '.join(types)}) AS {body}")
        plan = database.execute(
            "EXPLAIN EXECUTE the_search ('{}', 'nøkkel', now(), now()::date, '{}', NULL, NULL, 21)"
        ).fetchall()
        database.execute("DEALLOCATE the_search")
    lines = "\n".join(line for (line,) in plan)
    assert "Bitmap Index Scan on messages_by_their_words" in lines
    assert "Bitmap Index Scan on messages_of_a_unit" in lines
    assert "threads_of_a_unit" in lines
    assert "Seq Scan on message" not in lines
    assert "Seq Scan on thread" not in lines


@pytest.mark.parametrize(
    ("words", "in_units", "finds"),
    [("komm", [0], 500), ("nøkkel", [0], 45), ("undulat", [0], 2), ("komm", [0, 1], 1000), ("undulat", [0, 1], 3)],
)
def test_common_and_rare_words_find_all_of_it_from_the_newest_page_by_page(
    a_town, database, words, in_units, finds
) -> None:
    database.execute("SET session_replication_role = replica")
    database.execute(
        "INSERT INTO citizen (id, national_id_sealed, national_id_lookup, given_name, family_name, sort_key,"
        " protection, language, large_type) SELECT md5('c' || n)::uuid, '', sha256(n::text::bytea), 'N', 'N', 'n', 'none', 'nb',"
        " false FROM generate_series(0, 1999) n"
    )
    database.execute(
        "INSERT INTO decision (id, citizen_id, municipality_id, unit_id, service_id, starts_on, help_text,"
        " how_often, contact_name, contact_title) SELECT DISTINCT ON (citizen_id) gen_random_uuid(), citizen_id,"
        " municipality_id, unit_id, service_id, date '2020-01-01', '', '', '', '' FROM thread"
    )
    rare = [f"t{number}" for number in (20, 4000, 4501)]
    database.execute(
        "UPDATE message SET text = text || ' undulat' WHERE thread_id IN (SELECT md5(t)::uuid FROM unnest(%s::text[]) t)",
        [rare],
    )
    database.execute("SET session_replication_role = DEFAULT")
    expected = database.execute(
        "SELECT t.id FROM thread t WHERE unit_id IN (SELECT md5('u' || n)::uuid FROM unnest(%s::int[]) n) AND EXISTS ("
        " SELECT 1 FROM message m WHERE m.thread_id = t.id AND m.search @@ to_tsquery('norwegian', %s))"
        " ORDER BY last_message_at DESC, id DESC",
        [in_units, words],
    ).fetchall()
    found, last = [], (None, None)
    while True:
        page_of_it = database.execute(
            "SELECT found, (SELECT last_message_at FROM thread WHERE id = found) FROM hk_search_threads("
            " (SELECT array_agg(md5('u' || n)::uuid) FROM unnest(%s::int[]) n), to_tsquery('norwegian', %s),"
            " '2020-01-01', '2026-03-02', '{}', %s::timestamptz, %s::uuid, 21)",
            [in_units, words, last[1], last[0]],
        ).fetchall()
        found += page_of_it
        if not page_of_it:
            break
        last = page_of_it[-1]
    assert [id for id, _ in found] == [id for (id,) in expected]
    assert len(found) == finds


def test_a_citizens_search_starts_from_her_own_messages(a_town, astrid) -> None:
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT set_config('hk.scope', 'person', true)")
        cursor.execute("SELECT set_config('hk.persons', %s, true)", ["{" + str(astrid.id) + "}"])
        statement = statements.SQL["own_threads_found"].replace("{words}", searching.THE_LAST_A_BEGINNING)
        values = {"citizen": astrid.id, "words": "nøkkel", "before": "", "beginning": "'nøkkel':*"}
        cursor.execute(f"EXPLAIN {statement}", {**values, "after_at": None, "after_id": None, "most": 21})
        lines = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("ROLLBACK")
    assert "messages_of_a_citizen" in lines
    assert "messages_by_their_words" not in lines
    assert "Seq Scan on message" not in lines
    assert "Seq Scan on thread" not in lines
