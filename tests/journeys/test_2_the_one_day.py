"""Einar accepts the terms, waits one day, and then his visits are there."""

from datetime import timedelta

from hjemmekontakt.demo.persons import BY_KEY

EINAR = BY_KEY["einar"].mobile


def test_einar_accepts_and_can_use_it_the_next_day(own_demo, at_a_browser):
    einar = at_a_browser(own_demo, "Einar Dahl")
    assert einar.heading == "Bruksvilkår"
    einar.picture("bruksvilkar")

    einar.open("/meldinger/")
    assert einar.heading == "Bruksvilkår", "nothing is open before he has accepted"
    einar.press("Jeg godtar bruksvilkårene")
    assert einar.heading.startswith("Takk. Du kan bruke tjenesten fra ")
    einar.sees("Godtatt i dag", "Kobles til kommunen i natt")
    einar.picture("takk")

    for path in ("/meldinger/", "/timeavtaler/"):
        einar.open(path)
        assert einar.heading == "Ikke klart ennå"
        einar.sees("Du kan bruke dette fra i morgen.", "Ring Hjemmetjenesten Nord")
    assert own_demo.sms(EINAR) == []

    tomorrow = (own_demo.now() + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    with own_demo.told_of(own_demo.sms, EINAR) as the_sms:
        own_demo.move_clock(tomorrow)
    assert "Nå kan du bruke tjenesten." in the_sms()["text"]

    einar.open("/timeavtaler/")
    einar.sees_after_a_while("Morgenstell", "Kveldsstell")
    einar.open("/meldinger/")
    einar.sees("Du har ingen meldinger ennå")
    heard = [each["kind"] for each in own_demo.journal_has("seen") if each["person"] == "einar"]
    assert heard == ["activation"]
