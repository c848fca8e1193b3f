"""The whole way without JavaScript, and once in nynorsk."""

from django.utils import translation
from django.utils.translation import gettext

from tests.journeys.whole_way import walk


def bokmaal(text: str, **values: str) -> str:
    """The text as it stands in the code."""
    return text % values


def nynorsk(text: str, **values: str) -> str:
    """The text as it stands in the catalogue."""
    with translation.override("nn"):
        return gettext(text) % values


def test_the_whole_way_without_javascript(demo, at_a_browser):
    walk(demo, at_a_browser, newcomer="Gerd Vik", subject="Trillebord", days_off=7, say=bokmaal, scripts="off")


def test_the_whole_way_in_nynorsk(demo, at_a_browser):
    astrid = at_a_browser(demo, "Astrid Berg", language="nn")
    for path, heading in (
        ("/meldinger/", "Meldingar"),
        ("/timeavtaler/", "Timeavtalar"),
        ("/helsekontakter/", "Helsekontaktar"),
        ("/profil/bruk/", "Bruk av helsetenester og ordningar"),
    ):
        astrid.open(path)
        assert (astrid.heading, astrid.language) == (heading, "nn")

    walk(demo, at_a_browser, newcomer="Tor Moe", subject="Rullator", days_off=9, say=nynorsk, language="nn")
