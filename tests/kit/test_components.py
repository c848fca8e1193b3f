"""What Astrid, Jonas and Mona see, hear and press: every component in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WCAG = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}"
PAGES = [
    "components", "large", "filled", "public", "staff", "refusal-404", "refusal-403-staff", "refusal-500-bare", "plain",
]  # fmt: skip
EVERY_PAGE = pytest.mark.parametrize("name", PAGES)


@EVERY_PAGE
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_to_complain_of(browser: Browser, gallery, name, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(f"{gallery.address}/{name}.html")
    if page.locator("details[data-menu]").count():
        page.locator("details[data-menu] summary").click()

    page.evaluate(AXE.read_text())
    found = page.evaluate(f"axe.run({WCAG})")
    page.close()

    assert len(found["passes"]) > 10
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found["violations"]] == []


@EVERY_PAGE
def test_nothing_slides_sideways_or_sticks_out_on_a_narrow_phone(phone: Page, gallery, name):
    phone.goto(f"{gallery.address}/{name}.html")

    assert phone.evaluate("document.documentElement.scrollWidth") == 320
    sticking_out = """[...document.querySelectorAll('body *')]
        .filter(part => !part.closest('.ds-sr-only, .ds-skip-link'))
        .filter(part => part.getBoundingClientRect().right > 320.5 || part.getBoundingClientRect().left < -0.5)
        .map(part => part.outerHTML.slice(0, 80))"""
    assert phone.evaluate(sticking_out) == []


@EVERY_PAGE
def test_the_security_policy_stops_nothing_of_ours(tablet: Page, gallery, name):
    complaints = []
    tablet.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    tablet.on("pageerror", lambda error: complaints.append(str(error)))

    tablet.goto(f"{gallery.address}/{name}.html", wait_until="networkidle")

    assert tablet.evaluate("document.fonts.check('1rem Inter')")
    assert complaints == []


MOVING = """[...document.querySelectorAll('*')].flatMap(part => ['', '::before', '::after', '::details-content']
    .map(piece => [part.outerHTML.slice(0, 60) + piece, getComputedStyle(part, piece)])
    .filter(([, style]) => [...style.transitionDuration.split(','), ...style.animationDuration.split(',')]
        .some(each => parseFloat(each) > 0))
    .map(([name]) => name))"""


@EVERY_PAGE
def test_for_who_wants_no_movement_nothing_moves(tablet: Page, gallery, name):
    tablet.emulate_media(reduced_motion="reduce")
    tablet.goto(f"{gallery.address}/{name}.html")
    assert tablet.evaluate(MOVING) == []


def test_jonas_hears_on_whose_behalf_he_sends(tablet: Page, gallery):
    tablet.goto(f"{gallery.address}/components.html")

    expect(tablet).to_have_title("Alle deler – på vegne av Astrid Berg – Hjemmekontakt")
    expect(tablet.get_by_text("Du bruker tjenesten på vegne av Astrid Berg")).to_be_visible()
    for words in ("Send melding", "Lagre kladd", "Angre", "Trekk tilbake"):
        button = tablet.get_by_role("button", name=f"{words} på vegne av Astrid Berg", exact=True)
        expect(button).to_be_visible()


def test_the_errors_come_first_and_each_leads_to_its_field(tablet: Page, gallery):
    tablet.goto(f"{gallery.address}/components.html")
    summary = tablet.get_by_role("region", name="Rett opp dette")

    expect(summary).to_be_focused()
    for words, field in (
        ("Velg hvem som skal ha meldingen.", tablet.get_by_role("radio", name="Hjemmesykepleie")),
        ("Skriv hva det gjelder.", tablet.get_by_role("textbox", name="Emne")),
        ("Feltet er påkrevet.", tablet.get_by_role("checkbox", name="Jeg har lest hva som skjer videre")),
    ):
        summary.get_by_role("link", name=words).click()
        expect(field).to_be_focused()
        expect(field).to_have_accessible_description(f"Feil: {words}")
        assert field.get_attribute("aria-invalid") == "true"


def test_the_errors_come_first_without_a_script_too(browser: Browser, gallery):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{gallery.address}/components.html")

    expect(page.locator("section[data-error-summary]:focus")).to_be_attached()
    page.keyboard.press("Tab")

    focused = page.locator("section[data-error-summary] a:focus")
    expect(focused).to_have_text("Velg hvem som skal ha meldingen.")
    page.close()


def test_what_was_typed_and_chosen_stays(tablet: Page, gallery):
    tablet.goto(f"{gallery.address}/components.html")

    expect(tablet.get_by_role("textbox", name="Melding")).to_have_value("Nøkkelen er borte.")
    expect(tablet.get_by_role("checkbox", name="SMS")).to_be_checked()
    expect(tablet.get_by_role("checkbox", name="E-post")).not_to_be_checked()


def test_a_date_from_before_is_filled_in(tablet: Page, gallery):
    tablet.goto(f"{gallery.address}/filled.html")

    expect(tablet.get_by_label("Til (valgfritt)")).to_have_value("2027-05-01")
    expect(tablet.get_by_role("radio", name="Hjemmesykepleie")).to_be_checked()


def test_a_shaky_hand_presses_send_twice_and_one_message_goes(tablet: Page, gallery):
    tablet.goto(f"{gallery.address}/components.html")
    send = tablet.get_by_role("button", name="Send melding")

    send.dblclick(no_wait_after=True)
    gallery.may_answer.set()

    busy = tablet.get_by_role("button", name="Sender … på vegne av Astrid Berg")
    expect(busy).to_have_attribute("aria-disabled", "true")
    expect(tablet.get_by_role("status").filter(has_text="Sender …")).to_have_count(1)
    busy.click(force=True)
    assert len(gallery.sent) == 1
    assert "do=send" in gallery.sent[0]


def test_the_counter_counts_down_and_says_when_it_is_too_much(tablet: Page, gallery):
    tablet.goto(f"{gallery.address}/components.html")
    field = tablet.get_by_role("textbox", name="Melding")
    count = tablet.locator(".hk-count")

    field.fill("Hei")
    expect(count).to_have_text("3997 tegn igjen")
    field.fill("a" * 4003)
    expect(count).to_have_text("3 tegn for mye")
    expect(tablet.locator(".ds-sr-only", has_text="3 tegn for mye")).to_have_count(1)


def test_the_menu_closes_on_escape_and_outside(tablet: Page, gallery):
    tablet.goto(f"{gallery.address}/components.html")
    menu = tablet.locator("details[data-menu]")
    name = menu.locator("summary")

    name.click()
    expect(menu.get_by_role("link", name="Fullmakter")).to_be_visible()
    menu.get_by_role("link", name="Fullmakter").focus()
    tablet.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(name).to_be_focused()

    name.click()
    tablet.get_by_role("heading", level=1).click(position={"x": 4, "y": 4})
    expect(menu).not_to_have_attribute("open", "")


def test_the_menu_opens_and_shows_the_way_out_without_a_script(browser: Browser, gallery):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{gallery.address}/components.html")

    page.locator("details[data-menu] summary").click()

    expect(page.get_by_role("button", name="Logg ut")).to_be_visible()
    expect(page.get_by_role("button", name="Stor skrift")).to_be_visible()
    page.close()


@pytest.mark.parametrize(
    ("name", "size"), [("components", "18px"), ("large", "22px"), ("staff", "16px")], ids=["body", "large", "staff"]
)
def test_the_letters_have_the_size_that_was_promised(tablet: Page, gallery, name, size):
    tablet.goto(f"{gallery.address}/{name}.html")

    for part in (":root", "body", "main p"):
        assert tablet.locator(part).first.evaluate("part => getComputedStyle(part).fontSize") == size


def test_a_line_is_never_longer_than_the_eye_can_follow(tablet: Page, gallery):
    tablet.goto(f"{gallery.address}/components.html")

    longest = tablet.locator("main .hk-flow > p").first.evaluate("""part => {
        const range = document.createRange(), text = part.firstChild;
        let longest = 0, start = 0, height = null;
        for (let at = 0; at < text.length; at++) {
            range.setStart(text, at); range.setEnd(text, at + 1);
            const top = range.getBoundingClientRect().top;
            if (height !== null && top > height + 5) { longest = Math.max(longest, at - start); start = at; }
            height = top;
        }
        return longest;
    }""")
    assert 45 < longest <= 66


def test_everything_to_press_is_large_enough_for_a_thumb(phone: Page, gallery):
    phone.goto(f"{gallery.address}/components.html")

    small = phone.evaluate("""[...document.querySelectorAll('button, .ds-button, nav a, summary, input[type=text]')]
        .filter(part => part.checkVisibility() && !part.closest('.ds-breadcrumbs'))
        .filter(part => part.getBoundingClientRect().height < 48).map(part => part.outerHTML)""")
    assert small == []


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(tablet: Page, gallery):
    tablet.goto(f"{gallery.address}/public.html")

    tablet.keyboard.press("Tab")
    skip = tablet.get_by_role("link", name="Hopp til innholdet")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    tablet.keyboard.press("Enter")
    expect(tablet.get_by_role("main")).to_be_focused()


def test_on_paper_stands_the_content_alone(tablet: Page, gallery):
    tablet.goto(f"{gallery.address}/components.html")

    tablet.emulate_media(media="print")

    expect(tablet.get_by_text("Du bruker tjenesten på vegne av Astrid Berg")).to_be_visible()
    expect(tablet.get_by_role("heading", level=1)).to_be_visible()
    for away in (".hk-menu", ".hk-nav", ".ds-skip-link", ".hk-pager", ".hk-languages >> nth=0"):
        expect(tablet.locator(away)).to_be_hidden()
