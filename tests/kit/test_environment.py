"""The words of a refusal, and the environment that every page is rendered in."""

from pathlib import Path

import pytest
from django.template.backends.jinja2 import Jinja2
from django.test import RequestFactory
from django.utils import translation
from jinja2 import DictLoader, UndefinedError

from hjemmekontakt.kit.frame import Page
from hjemmekontakt.kit.jinja import environment, paragraphs, phone_link
from hjemmekontakt.kit.words import refusal_words, stale_form_words


@pytest.mark.parametrize("status", [400, 403, 404, 413, 429, 500, 503, 418, 502])
def test_a_refusal_says_what_happened_and_what_to_do_now(status):
    with translation.override("nb"):
        said = [str(part) for part in refusal_words(status)]

    assert len(said) == 3
    assert all(part.strip() for part in said)
    assert not any(word in " ".join(said).lower() for word in ("vennligst", "systemet", "feilkode", "error"))


def test_a_form_that_stood_too_long_is_not_a_refused_person():
    assert stale_form_words() != refusal_words(403)


def test_a_name_that_no_view_gave_stops_the_page():
    page = environment(loader=DictLoader({"page": "{{ astird }}"})).get_template("page")

    with pytest.raises(UndefinedError):
        page.render()


def test_what_astrid_writes_is_never_taken_as_markup():
    assert paragraphs("<script>Hei</script>\r\nMona") == "<p>&lt;script&gt;Hei&lt;/script&gt;<br>Mona</p>"
    assert phone_link('32"<00') == '<a class="ds-link hk-tel" href="tel:3200">32&#34;&lt;00</a>'


def test_the_texts_are_those_of_the_language_in_use():
    page = environment(loader=DictLoader({"page": "{{ _('Yes') }} {{ ngettext('%(num)s day', '%(num)s days', 2) }}"}))

    with translation.override("nb"):
        norwegian = page.get_template("page").render()
    with translation.override("en"):
        english = page.get_template("page").render()

    assert norwegian.startswith("Ja")
    assert english == "Yes 2 days"


def test_texts_and_addresses_are_called_at_once_and_escaped_as_ever():
    pages = environment(loader=DictLoader({"page": "{{ _('Lest av %(name)s', name=name) }}{{ url('login:login') }}"}))
    called = pages.compile(pages.loader.get_source(pages, "page")[0], raw=True)

    assert "context.call" not in called
    with translation.override("nb"):
        assert pages.get_template("page").render(name="<b>") == "Lest av &lt;b&gt;/logg-inn/"


def test_django_renders_the_frame_with_jonas_own_token_in_each_form():
    templates = Path(environment.__code__.co_filename).with_name("templates")
    options = {"environment": "hjemmekontakt.kit.jinja.environment"}
    backend = Jinja2({"NAME": "pages", "DIRS": [templates], "APP_DIRS": False, "OPTIONS": options})
    request = RequestFactory().get("/meldinger/")

    jonas = Page(area="citizen", person_name="Jonas Berg", acting_for_name="Astrid <Berg>", path="/meldinger/")
    page = backend.get_template("kit/refusal.html.jinja").render({"page": jonas, "status": 404}, request)

    assert page.count("<form") == page.count("csrfmiddlewaretoken") == 5
    assert "på vegne av Astrid &lt;Berg&gt;" in page
    with pytest.raises(UndefinedError):
        backend.env.from_string("{{ astird }}").render()
