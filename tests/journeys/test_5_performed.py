"""A visit is performed: Astrid gets one SMS, Jonas one e-mail, and neither says anything of health."""

import re

from hjemmekontakt.demo.persons import BY_KEY

ASTRID, JONAS = BY_KEY["astrid"].mobile, BY_KEY["jonas"].email
TOLD_BY_NO_NOTICE = re.compile("Medisin|stell|dusje|sykepleie|Hjemmetjenest|Astrid|Berg|Mona|http", re.IGNORECASE)


def test_astrid_is_told_by_sms_and_jonas_by_mail_once_each(demo, at_a_browser):
    visit = demo.coming("astrid", "Medisiner", days_off=0)

    with demo.told_of(demo.sms, ASTRID) as the_sms, demo.told_of(demo.mail, JONAS) as the_mail:
        assert demo.journal("perform", visit=visit["identifier"])["portal"] == 200
        sms, mail = the_sms(), the_mail()

    # After one o'clock her next visit of this kind is tomorrow's: then the day is told as well.
    assert re.fullmatch(
        r"Tunvik: Besøket er utført ([a-zø]+ \d+\. [a-z]+ )?kl\. \d\d\.\d\d\. Logg inn for å se mer\.", sms["text"]
    )
    assert "utført" in mail["text"]
    for text in (sms["text"], mail["subject"], mail["text"]):
        assert not TOLD_BY_NO_NOTICE.search(text), text

    before = len(demo.sms(ASTRID)), len(demo.mail(JONAS))
    demo.journal("perform", visit=visit["identifier"])
    demo.let_everything_be_done()
    assert (len(demo.sms(ASTRID)), len(demo.mail(JONAS))) == before, "the same report again is no news"

    astrid = at_a_browser(demo, "Astrid Berg")
    astrid.open("/timeavtaler/")
    astrid.sees("Utført")
