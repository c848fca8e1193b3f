"""I dag on a phone where no journal reports: one press, a reason, another hour, undo; and the leader's silent visits."""

import re
from datetime import date

import pytest

from hjemmekontakt.project import jobs
from tests.doors import client_of
from tests.pages import text_of
from tests.people import an_id
from tests.visits.rows import kept_here, on, put_away, put_visit, silence_rings

BUTTONS = ("Utført", "Avslått", "Ikke utført", "Annet klokkeslett")


@pytest.fixture
def morning(world):
    kept_here(world)
    return put_visit(world, "astrid", on(2, 10), until=on(2, 12), minutes=20)


@pytest.fixture
def browser(world):
    return client_of("mona", employee=True)


def fields_of(page) -> dict[str, str]:
    return dict(
        re.findall(r'<input type="hidden" name="(form_key|dag|sone|hele)" value="([^"]*)"', page.content.decode())
    )


def press(browser, visit, what, **more):
    sent = {**fields_of(browser.get("/ansatt/i-dag/")), "what": what, **more}
    return browser.post(f"/ansatt/i-dag/{visit}/meld/", sent, follow=True), sent


def status(world, visit) -> str:
    return world.connection.execute("SELECT status FROM visit WHERE id = %s", [visit]).fetchone()[0]


def test_mona_presses_performed_and_sees_who_reported_and_may_undo(world, browser, morning, at) -> None:
    at("monday 11:05")
    page, sent = press(browser, morning, "performed")
    said = text_of(page)
    assert "Meldt utført kl. 11.05." in said
    assert "Meldt av Mona Lie i dag kl. 11.05." in said
    assert "Angre Astrid Berg" in said
    assert page.redirect_chain[-1][0] == f"/ansatt/i-dag/?dag=2026-03-02#besok-{morning}"
    again = browser.post(f"/ansatt/i-dag/{morning}/meld/", sent, follow=True)
    assert "Meldt utført kl. 11.05." in text_of(again), "the same form once more says the same"
    undone = browser.post(f"/ansatt/i-dag/{morning}/angre/", {"dag": "2026-03-02"}, follow=True)
    assert "Angret. Besøket står som før." in text_of(undone)
    assert (status(world, morning), all(each in text_of(undone) for each in BUTTONS)) == ("planned", True)


def test_after_ten_minutes_there_is_no_undo_and_gerd_sees_who_was_first(world, browser, morning, at) -> None:
    at("monday 11:05")
    gerd = client_of("gerd", employee=True)
    hers = fields_of(gerd.get("/ansatt/i-dag/"))
    press(browser, morning, "performed")
    second = gerd.post(f"/ansatt/i-dag/{morning}/meld/", {**hers, "what": "refused"}, follow=True)
    assert "Mona Lie har alt meldt dette besøket. Ingenting er endret." in text_of(second)
    assert "Angre" not in text_of(second), "it is Mona's to take back"
    at("monday 11:16")
    assert "Angre" not in text_of(browser.get("/ansatt/i-dag/"))


def test_refused_at_the_door_by_one_press(world, browser, morning) -> None:
    page, _ = press(browser, morning, "refused")
    assert "Ikke utført. Avslått" in text_of(page)
    assert status(world, morning) == "not-performed"


def test_not_performed_asks_why_and_what_she_wrote_is_not_lost(world, browser, morning) -> None:
    link = re.search(r'href="(/ansatt/i-dag/[^"]+&amp;hva=IM)"', browser.get("/ansatt/i-dag/").content.decode())[1]
    asked = browser.get(link.replace("&amp;", "&"))
    assert "Hvordan gikk det?" in text_of(asked)
    assert "Astrid Berg" in text_of(asked)
    sent = {**fields_of(asked), "what": "other", "words": "", "at": "9"}
    refused = browser.post(f"/ansatt/i-dag/{morning}/meld/", sent)
    assert refused.status_code == 400
    assert "Skriv hvorfor besøket ikke ble utført." in text_of(refused)
    again = browser.post(f"/ansatt/i-dag/{morning}/meld/", {**sent, "words": "Veien var stengt.", "at": "12.30"})
    assert again.status_code == 400
    assert "Klokkeslettet har ikke vært ennå. Skriv når dere var der." in text_of(again)
    assert 'value="Veien var stengt."' in again.content.decode()
    done = browser.post(f"/ansatt/i-dag/{morning}/meld/", {**sent, "words": "Veien var stengt.", "at": ""}, follow=True)
    assert "Meldt av Mona Lie i dag kl. 10.00: «Veien var stengt.»" in text_of(done)


@pytest.mark.parametrize("sent", [{}, {"what": "x"}, {"what": "performed", "at": "kvart over"}, {"form_key": "x"}])
def test_any_form_is_answered_with_words(world, browser, morning, sent) -> None:
    refused = browser.post(f"/ansatt/i-dag/{morning}/meld/", sent)
    assert refused.status_code == 400
    assert "Rett opp dette" in text_of(refused)
    assert status(world, morning) == "planned"


def test_where_the_journal_reports_there_are_no_buttons_and_a_post_changes_nothing(world, browser) -> None:
    visit = put_visit(world, "astrid", on(2, 10))
    page = browser.get("/ansatt/i-dag/")
    assert "Astrid Berg" in text_of(page)
    assert "/meld/" not in page.content.decode()
    sent = {"what": "performed", "form_key": str(an_id("skjema"))}
    answer = browser.post(f"/ansatt/i-dag/{visit}/meld/", sent, follow=True)
    assert "Dette besøket meldes i journalen, ikke her. Ingenting er endret." in text_of(answer)
    assert status(world, visit) == "planned"


def test_far_ahead_there_are_no_buttons(world, browser, morning) -> None:
    put_visit(world, "einar", on(2, 13))
    page = browser.get("/ansatt/i-dag/").content.decode()
    assert page.count('value="performed"') == 1


def test_an_earlier_visit_stays_on_the_list_until_it_is_reported(world, browser, morning, at) -> None:
    at("monday 15:00")
    assert "Astrid Berg" in text_of(browser.get("/ansatt/i-dag/"))
    press(browser, morning, "performed")
    at("monday 17:00")
    assert "Astrid Berg" not in text_of(browser.get("/ansatt/i-dag/"))


@pytest.mark.parametrize(("who", "code"), [("per", 404), ("kari", 404)])
def test_others_find_nothing(world, morning, who, code) -> None:
    other = client_of(who, employee=True)
    assert other.get(f"/ansatt/i-dag/{morning}/meld/").status_code == code
    sent = {"what": "performed", "form_key": str(an_id("skjema"))}
    assert other.post(f"/ansatt/i-dag/{morning}/meld/", sent).status_code == code
    assert other.post(f"/ansatt/i-dag/{morning}/angre/", {}).status_code == code


def test_the_list_with_buttons_asks_for_no_more_when_there_is_more(world, browser, morning, queries_in) -> None:
    press(browser, morning, "performed")
    one = queries_in(lambda: browser.get("/ansatt/i-dag/"))
    for minute in range(5):
        put_visit(world, "einar", on(2, 10, minute))
    assert one == queries_in(lambda: browser.get("/ansatt/i-dag/")) <= 16


# ── The leader: silent visits, and to switch the alarm on ────────────────────────────────────────────────────────


def test_gerd_sees_what_is_silent_on_her_day_in_her_menu_and_on_a_list_and_settles_it(world, at) -> None:
    silence_rings(world)
    visit = put_visit(world, "astrid", on(2, 10), performer_name="Mona", status="assigned")
    jobs.run_minutely(now=at("monday 10:50"))
    gerd = client_of("gerd", employee=True)
    day = text_of(gerd.get("/ansatt/i-dag/"))
    assert "1 besøk er ikke meldt utført" in day
    assert "Ikke meldt utført (1)" in day
    listed = gerd.get("/ansatt/stille/")
    assert "Astrid Berg" in text_of(listed)
    assert "De som har bedt om det, får varsel i dag kl. 11.20 hvis dette ikke er avklart." in text_of(listed)
    assert "Mona" not in text_of(listed)
    settled = gerd.post(f"/ansatt/stille/{visit}/avklart/", follow=True)
    assert "Avklart. Ingen får varsel om dette." in text_of(settled)
    assert "Ingen besøk venter" in text_of(settled)
    mona = client_of("mona", employee=True)
    assert "ikke meldt utført" not in text_of(mona.get("/ansatt/i-dag/"))
    assert mona.get("/ansatt/stille/").status_code == 403
    assert client_of("per", employee=True).post(f"/ansatt/stille/{visit}/avklart/").status_code == 404


def test_gerd_reads_why_it_cannot_be_switched_on_and_then_switches_it_on_and_off(world, at) -> None:
    gerd = client_of("gerd", employee=True)
    here = f"/ansatt/enhet/{world.nord}/stillhet/"
    assert here in gerd.get(f"/ansatt/enhet/{world.nord}/stengt/").content.decode()
    assert "Ingen besøk skulle vært meldt de siste 14 dagene." in text_of(gerd.get(here))
    late = put_visit(world, "astrid", on(1, 9), status="performed", planned_until=on(1, 10), outcome_at=on(1, 12))
    page = text_of(gerd.get(here))
    assert "0 av 1 besøk ble meldt i tide de siste 14 dagene (0 %)." in page
    assert "For få besøk ble meldt i tide." in page
    world.connection.execute("UPDATE visit SET outcome_at = %s WHERE id = %s", [on(1, 10, 30), late])
    sent = {"service": str(world.nord_nursing)}
    assert "Kryss av for at dere har drøftet" in text_of(gerd.post(here, sent))
    done = gerd.post(here, {**sent, "discussed": "on"}, follow=True)
    assert "Slått på fra i morgen." in text_of(done)
    assert (
        "Slått på av Gerd Vik i dag kl. 10.00, etter drøfting med de tillitsvalgte. Da ble 100 % meldt i tide."
        in text_of(done)
    )
    at("monday 10:05")
    off = gerd.post(f"{here}av/", sent, follow=True)
    assert "Slått av av Gerd Vik i dag kl. 10.05." in text_of(off)
    assert client_of("mona", employee=True).get(here).status_code == 403
    for other in ("per", "kari"):
        assert client_of(other, employee=True).get(here).status_code == 404
        assert client_of(other, employee=True).post(f"{here}av/", sent).status_code == 404


def test_the_administrator_finds_the_way_too(world, database) -> None:
    database.execute("UPDATE duty SET role = 'administrator' WHERE employee_id = %s", [an_id("gerd")])
    page = client_of("gerd", employee=True).get(f"/ansatt/enhet/{world.nord}/stillhet/")
    assert (page.status_code, "Besøk uten melding" in text_of(page)) == (200, True)


# ── The person's card ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 7, 3), date(2026, 7, 10), "Borte 3.–10. juli"),
        (date(2026, 7, 28), date(2026, 8, 2), "Borte 28. juli – 2. august"),
        (date(2026, 3, 2), date(2026, 3, 2), "Borte 2. mars"),
        (date(2026, 3, 1), None, "Borte fra 1. mars, til det kommer beskjed"),
    ],
)
def test_the_card_says_when_astrid_is_away(world, browser, first, last, said) -> None:
    put_away(world, "astrid", first, last)
    put_away(world, "astrid", date(2026, 5, 1), None, ended=True)
    page = text_of(browser.get(f"/ansatt/person/{an_id('astrid')}/"))
    assert said in page
    assert page.count("Borte") == 1


@pytest.mark.parametrize(
    ("decision", "word", "said"),
    [
        ("no-contact", "reserved", "har reservert seg i kontaktregisteret"),
        ("no-contact", "not-in-register", "står ikke i kontaktregisteret"),
        ("no-contact", "stale", "nummeret og e-posten i kontaktregisteret er ikke bekreftet på 18 måneder"),
        ("no-contact", "", "det er verken mobilnummer eller e-post i kontaktregisteret"),
        ("failed", "timeout", "det siste varselet kom ikke fram"),
    ],
)
def test_the_card_has_the_registers_word_and_when_it_was_asked(world, browser, decision, word, said) -> None:
    world.insert(
        "notice", id=an_id("notice"), event_key="message:1", kind="message", about_id=an_id("astrid"),
        receiver_id=an_id("astrid"), channel="sms", decision=decision, values="{}", decided_at=on(2, 6, 12),
        due_at=on(2, 6, 12), attempts=1, provider_reference="", last_error=word,
    )  # fmt: skip
    page = text_of(browser.get(f"/ansatt/person/{an_id('astrid')}/"))
    assert f"Hvorfor ikke selv: {said}." in page
    assert "Sist sjekket i dag kl. 06.12." in page
    assert "Jonas Berg får varsler og kan lese meldinger." in page
