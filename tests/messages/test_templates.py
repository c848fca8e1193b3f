"""Ready answers and signatures: who keeps them, how they are filled in, and what the citizen then reads (R80, R81)."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as some

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.access.rules import Role
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import actions, queries
from hjemmekontakt.messages.rules import (
    MENTION,
    TemplateFilter,
    TemplateRefusal,
    TemplateTexts,
    Variable,
    fill,
    unknown_variables,
)
from hjemmekontakt.messages.words import templates as words
from tests.doors import client_of
from tests.pages import text_of
from tests.people import an_id, at_work, herself

SOON = date(2026, 9, 1)
THANKS = TemplateTexts("Takk", nb="Hei {fornavn}! Takk. Ring {telefon}.", nn="Hei {fornavn}! Takk skal du ha.")
NAMES = some.sampled_from([*(f"{{{each.value}}}" for each in Variable), "{ukjent}", "{", "}", "{{", "{}", "{ dag }"])


@pytest.fixture
def gerd(world):
    return at_work(
        "gerd",
        "Gerd Vik",
        municipality=world.tunvik,
        unit=world.nord,
        unit_name="Hjemmetjenesten Nord",
        role=Role.TEAM_LEADER,
    )


def write_one(actor, unit, *, texts=THANKS, review_on=SOON, for_all=False, answerable=True):
    return actions.write_template(actor, unit, texts=texts, answerable=answerable, review_on=review_on, for_all=for_all)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    parts=some.lists(some.one_of(some.text(max_size=12), NAMES), max_size=8),
    values=some.dictionaries(some.sampled_from(list(Variable)), some.text(max_size=12)),
)
def test_filling_never_fails_and_never_lets_an_unknown_variable_out(parts, values) -> None:
    text = "".join(parts)
    filled = fill(text, values)
    assert isinstance(filled, str)
    pieces = MENTION.split(text)
    assert filled == "".join(
        piece if place % 2 == 0 else (values.get(piece) or "…") for place, piece in enumerate(pieces)
    )
    assert not set(unknown_variables(text)) & set(MENTION.findall(fill(text, dict.fromkeys(Variable, "x"))))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(text=some.text(alphabet=some.characters(exclude_characters="{}"), max_size=60))
def test_a_text_without_braces_stays_as_it_was_written(text) -> None:
    assert fill(text, {Variable.GIVEN_NAME: "Astrid"}) == text


def test_mona_writes_a_template_and_it_is_filled_in_for_astrid(world, mona, astrid, write) -> None:
    write_one(mona, world.nord)
    sent = write(astrid)
    found = queries.templates_for(mona, queries.staff_thread(mona, sent.thread_id))
    (template,) = found.choices
    assert template.text == "Hei Astrid! Takk. Ring 32 00 00 10."
    assert not template.fell_back
    assert found.signature == "Mona, sykepleier, Hjemmetjenesten Nord"


def test_the_deadline_and_the_day_are_said_in_words(world, mona, astrid, write) -> None:
    write_one(mona, world.nord, texts=TemplateTexts("Frist", nb="I dag er det {dag}. Svar {frist}."))
    sent = write(astrid)
    (template,) = queries.templates_for(mona, queries.staff_thread(mona, sent.thread_id)).choices
    assert template.text == "I dag er det mandag 2. mars. Svar i morgen kl. 16."


def test_the_threads_language_chooses_the_text_and_else_it_is_bokmaal(world, mona, astrid, write, database) -> None:
    write_one(mona, world.nord)
    sent = write(astrid)
    for language, text, fell_back in (("nn", "Hei Astrid! Takk skal du ha.", False), ("en", "Hei Astrid! Takk.", True)):
        database.execute("UPDATE thread SET language = %s", [language])
        (template,) = queries.templates_for(mona, queries.staff_thread(mona, sent.thread_id)).choices
        assert template.text.startswith(text)
        assert template.fell_back is fell_back


@pytest.mark.parametrize(
    ("texts", "review_on", "why"),
    [
        (replace(THANKS, title=" "), SOON, TemplateRefusal.TITLE_EMPTY),
        (replace(THANKS, title="a" * 81), SOON, TemplateRefusal.TITLE_TOO_LONG),
        (replace(THANKS, nb=""), SOON, TemplateRefusal.TEXT_EMPTY),
        (replace(THANKS, en="a" * 4001), SOON, TemplateRefusal.TEXT_TOO_LONG),
        (replace(THANKS, nn="\0"), SOON, TemplateRefusal.UNREADABLE),
        (replace(THANKS, nn="Hei {fornamn}!"), SOON, TemplateRefusal.VARIABLE_UNKNOWN),
        (THANKS, date(2026, 3, 1), TemplateRefusal.REVIEW_PASSED),
    ],
)
def test_what_is_not_fit_is_refused_with_its_reason(world, mona, database, texts, review_on, why) -> None:
    with pytest.raises(Refused) as refused:
        write_one(mona, world.nord, texts=texts, review_on=review_on)
    assert refused.value.why is why
    assert database.execute("SELECT count(*) FROM answer_template").fetchone() == (0,)


def test_every_refusal_has_its_sentence() -> None:
    assert set(words.SENTENCES) == set(TemplateRefusal)


def test_two_who_change_at_once_the_second_is_told_and_nothing_of_the_first_is_lost(world, mona, gerd) -> None:
    id = write_one(mona, world.nord)
    change = {"version": 1, "answerable": True, "review_on": SOON}
    actions.change_template(gerd, id, texts=replace(THANKS, title="Gerds"), **change)
    with pytest.raises(Refused) as refused:
        actions.change_template(mona, id, texts=replace(THANKS, title="Monas"), **change)
    assert refused.value.why is TemplateRefusal.CHANGED_MEANWHILE
    actions.change_template(gerd, id, texts=replace(THANKS, title="Gerds"), **change)  # the same form sent twice
    row = queries.template(mona, id)
    assert (row.texts.title, row.version) == ("Gerds", 2)


def test_a_template_put_away_is_chosen_by_nobody_until_it_is_taken_back(world, mona, astrid, write) -> None:
    id = write_one(mona, world.nord)
    sent = write(astrid)
    actions.put_away_template(mona, id)
    actions.put_away_template(mona, id)
    assert queries.templates_for(mona, queries.staff_thread(mona, sent.thread_id)).choices == ()
    assert [row.id for row in queries.templates_of(mona, filter=TemplateFilter.PUT_AWAY).rows] == [id]
    actions.take_back_template(mona, id)
    assert len(queries.templates_for(mona, queries.staff_thread(mona, sent.thread_id)).choices) == 1


def test_when_its_day_has_come_a_template_should_be_looked_over(world, mona, at) -> None:
    write_one(mona, world.nord, review_on=date(2026, 3, 4))
    assert queries.templates_of(mona).counts[TemplateFilter.TO_REVIEW] == 0
    at("wednesday 09:00")
    assert queries.templates_of(mona).counts[TemplateFilter.TO_REVIEW] == 1


WHO_MAY = {
    "mona": (True, False),
    "gerd": (True, True),
    "liv": (False, False),
    "per": (False, False),
    "kari": (False, False),
    "astrid": (False, False),
}


@pytest.mark.parametrize("who", WHO_MAY)
def test_who_may_write_for_nord_and_for_all(world, mona, gerd, per, kari, astrid, who) -> None:
    liv = replace(gerd, units=tuple(replace(unit, role=Role.ADMINISTRATOR) for unit in gerd.units))
    actor = {"mona": mona, "gerd": gerd, "liv": liv, "per": per, "kari": kari, "astrid": astrid}[who]
    for for_all, allowed in zip((False, True), WHO_MAY[who], strict=True):
        if allowed:
            assert write_one(actor, world.nord, for_all=for_all)
        else:
            with pytest.raises(Denied):
                write_one(actor, world.nord, for_all=for_all)


def test_another_units_template_is_not_there_and_another_municipalitys_neither(world, mona, gerd, per, kari) -> None:
    nords = write_one(mona, world.nord)
    alls = write_one(gerd, world.nord, for_all=True)
    assert [row.id for row in queries.templates_of(per).rows] == [alls]
    assert queries.templates_of(kari).rows == ()
    for actor in (per, kari):
        for deed in (queries.template, actions.put_away_template):
            with pytest.raises(Denied):
                deed(actor, nords)
    with pytest.raises(Denied):
        actions.put_away_template(mona, alls)
    assert not queries.template(mona, alls).may_change


def test_a_thread_one_may_not_open_gives_no_filled_template(world, mona, per, astrid, write) -> None:
    write_one(mona, world.nord)
    opened = queries.staff_thread(mona, write(astrid).thread_id)
    for actor in (per, replace(mona, family=frozenset({an_id("astrid")}))):
        with pytest.raises(Denied):
            queries.templates_for(actor, opened)


def test_to_be_offered_a_template_leaves_no_line_of_its_own(world, mona, astrid, write, log_of) -> None:
    write_one(mona, world.nord)
    queries.templates_for(mona, queries.staff_thread(mona, write(astrid).thread_id))
    assert [act for act, _, _ in log_of("astrid")] == ["write-message", "read-thread-as-staff"]


@pytest.mark.parametrize(
    ("signs_with", "seen", "unseen"),
    [
        ("first-name", "Mona, sykepleier, Hjemmetjenesten Nord", "Lie"),
        ("role", "Sykepleier, Hjemmetjenesten Nord", "Mona"),
    ],
)
def test_an_answer_is_signed_as_the_unit_has_chosen(
    world, mona, astrid, write, answer, database, signs_with, seen, unseen
) -> None:
    database.execute("UPDATE unit SET signs_with = %s", [signs_with])
    sent = write(astrid)
    answer(mona, sent.thread_id)
    assert database.execute("SELECT signature FROM message WHERE sender = 'unit'").fetchone() == (seen,)
    for address in ("/meldinger/", f"/meldinger/{sent.thread_id}/"):
        page = text_of(client_of("astrid").get(address))
        assert seen in page or address == "/meldinger/"
        assert unseen not in page
    at_work_page = text_of(client_of("mona", employee=True).get(f"/ansatt/meldinger/{sent.thread_id}/"))
    assert f"Svaret signeres: {seen}" in at_work_page


def test_the_signature_is_in_the_language_of_who_reads_it(world, mona, astrid, write, answer, database) -> None:
    database.execute("UPDATE unit SET signs_with = 'role'; UPDATE citizen SET language = 'en'")
    answer(mona, write(astrid).thread_id)
    (signed,) = database.execute("SELECT signature FROM message WHERE sender = 'unit'").fetchone()
    assert signed == "Nurse, Hjemmetjenesten Nord"


def test_a_journals_answer_is_signed_by_the_unit(world, journal, astrid, write, database) -> None:
    sent = write(astrid)
    actions.answer_from_journal(journal, sent.thread_id, text="Det er i orden.", form_key=an_id("j"))
    assert database.execute("SELECT signature FROM message WHERE sender = 'unit'").fetchone() == (
        "Hjemmetjenesten Nord",
    )


@pytest.mark.parametrize(("signs_with", "seen"), [("first-name", "Mona, sykepleier"), ("role", "Sykepleier")])
def test_when_an_address_becomes_secret_no_signature_names_the_unit(
    world, mona, astrid, write, answer, database, signs_with, seen
) -> None:
    database.execute("UPDATE unit SET signs_with = %s", [signs_with])
    sent = write(astrid)
    answer(mona, sent.thread_id)
    database.execute("UPDATE citizen SET protection = 'confidential' WHERE id = %s", [an_id("astrid")])
    author = queries.thread(herself("astrid", "Astrid Berg"), sent.thread_id).messages[1].author
    assert author.signature == seen
    page = text_of(client_of("astrid").get(f"/meldinger/{sent.thread_id}/"))
    assert seen in page
    assert "Nord" not in page


def test_when_an_address_becomes_secret_a_journals_answer_does_not_name_the_unit(
    world, journal, astrid, write, database
) -> None:
    sent = write(astrid)
    actions.answer_from_journal(journal, sent.thread_id, text="Det er i orden.", form_key=an_id("j"))
    database.execute("UPDATE citizen SET protection = 'confidential' WHERE id = %s", [an_id("astrid")])
    assert queries.thread(astrid, sent.thread_id).messages[1].author.name == "hjemmetjenesten"
    assert [row.last_author.name for row in queries.threads_of(astrid).rows] == ["hjemmetjenesten"]


def form_of(page, **changes):
    """The fields of a template's page as a browser sends them."""
    fields = {"title": "Takk", "text_nb": "Hei {fornavn}!", "review_on": "2026-09-01", "answerable": "on"}
    version = re.search(r'name="version" value="(\d+)"', page.content.decode())
    return {**fields, **({"version": version[1]} if version else {}), **changes}


def test_the_pages_of_templates_from_new_to_put_away(world) -> None:
    mona = client_of("mona", employee=True)
    assert "Ingen maler her" in text_of(mona.get("/ansatt/maler/"))
    new = mona.get("/ansatt/maler/ny/")
    form = form_of(new, unit=str(world.nord))
    preview = mona.post("/ansatt/maler/ny/", {**form, "preview": "1"})
    assert "Slik blir det på bokmål" in text_of(preview)
    assert "Hei Astrid!" in text_of(preview)
    wrong = mona.post("/ansatt/maler/ny/", {**form, "text_nb": "Hei {navn}!"})
    assert wrong.status_code == 400
    assert "et ord i klammer som vi ikke kjenner" in text_of(wrong)
    assert "Hei {navn}!" in wrong.content.decode()
    assert mona.post("/ansatt/maler/ny/", form).status_code == 302
    listing = mona.get("/ansatt/maler/")
    assert "Takk" in text_of(listing)
    address = re.search(r"/ansatt/maler/[0-9a-f-]{36}/", listing.content.decode())[0]
    opened = mona.get(address)
    gerd = client_of("gerd", employee=True)
    assert gerd.post(address, form_of(gerd.get(address), unit=str(world.nord), title="Gerds")).status_code == 302
    second = mona.post(address, form_of(opened, unit=str(world.nord), title="Monas"))
    assert second.status_code == 400
    assert "En kollega har endret malen" in text_of(second)
    assert 'value="Monas"' in second.content.decode()
    assert mona.post(address, form_of(second, unit=str(world.nord), title="Monas")).status_code == 302
    assert mona.post(f"{address}legg-bort/").status_code == 302
    assert "Ingen maler her" in text_of(mona.get("/ansatt/maler/"))
    assert mona.post(f"{address}ta-i-bruk/").status_code == 302
    assert "Monas" in text_of(mona.get("/ansatt/maler/"))


def test_without_a_script_the_template_comes_into_the_field(world, mona, astrid, write) -> None:
    id = write_one(mona, world.nord)
    sent = write(astrid)
    page = client_of("mona", employee=True).get(f"/ansatt/meldinger/{sent.thread_id}/?mal={id}").content.decode()
    assert re.search(r"<textarea[^>]*>\s*Hei Astrid! Takk\. Ring 32 00 00 10\.</textarea>", page)


@pytest.mark.parametrize("mal", ["x", "", str(an_id("nothing"))])
def test_an_unknown_template_in_the_address_leaves_the_field_empty(world, mona, astrid, write, mal) -> None:
    write_one(mona, world.nord)
    sent = write(astrid)
    page = client_of("mona", employee=True).get(f"/ansatt/meldinger/{sent.thread_id}/?mal={mal}").content.decode()
    assert re.search(r"<textarea[^>]*>\s*</textarea>", page)


def test_the_list_of_templates_asks_the_database_few_times_whatever_there_is(world, mona) -> None:
    browser, counts = client_of("mona", employee=True), []
    for _ in range(2):
        for number in range(4):
            write_one(mona, world.nord, texts=replace(THANKS, title=f"Mal {number}"))
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/ansatt/maler/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8
