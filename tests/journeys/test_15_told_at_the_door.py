"""Per tells on his phone how each of Ruth's visits went, where no journal does; she is told, and reads the same."""

from datetime import datetime

from playwright.sync_api import expect

from hjemmekontakt.demo.persons import BY_KEY
from hjemmekontakt.ground.workdays import OSLO
from tests.journeys.reader import PHONE

RUTH = BY_KEY["ruth"].mobile


def test_performed_refused_and_not_at_home_each_by_a_press_or_two(own_demo, at_a_browser):
    with own_demo.in_the_afternoon():
        per = at_a_browser(own_demo, "Per Sand", door="/ansatt/")
        per.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        per.open("/ansatt/i-dag/?hele=1")
        per.picture("i-dag-meld")
        with own_demo.told_of(own_demo.sms, RUTH) as the_sms:
            per.press("Utført", within=_row(per, "Frokost"))
            expect(_row(per, "Frokost")).to_contain_text("Meldt av Per Sand")
            assert the_sms()["text"].startswith("Tunvik: Besøket er utført kl. ")
        per.press("Avslått", within=_row(per, "Rydding og vask"))
        expect(_row(per, "Rydding og vask")).to_contain_text("Ikke utført. Avslått")
        per.press("Angre", within=_row(per, "Rydding og vask"))
        expect(_row(per, "Rydding og vask")).not_to_contain_text("Avslått. ")
        per.press("Avslått", within=_row(per, "Rydding og vask"))
        per.follow("Ikke utført", within=_row(per, "Handling"))
        per.picture("meld-ikke-utfort")
        per.page.get_by_label("Ikke hjemme").check()
        per.press("Meld", within=per.main)
        expect(_row(per, "Handling")).to_contain_text("Ikke utført. Ikke hjemme")
        per.open("/ansatt/i-dag/?hele=1")
        per.picture("i-dag-meldt")

        ruth = at_a_browser(own_demo, "Ruth Moen")
        ruth.open("/timeavtaler/")
        told = {each["title"]: each for each in own_demo.journal_has("plan") if _is_today(own_demo, each)}
        expect(ruth.place_of(told["Rydding og vask"]["starts_at"])).to_contain_text("Du takket nei")
        ruth.sees("Utført", "Ikke utført")


def _row(reader, title):
    return reader.main.locator("li", has_text=title).first


def _is_today(demo, visit) -> bool:
    day = datetime.fromisoformat(visit["starts_at"]).astimezone(OSLO).date()
    return visit["person"] == "ruth" and day == demo.now().date()
