"""Anybody may read where the service is open, in a browser and in a program."""

import re

from playwright.sync_api import expect


def test_the_overview_says_what_is_open_where(demo, at_a_browser):
    reader = at_a_browser(demo)
    reader.open("/")
    reader.follow("Er tjenesten åpnet der du bor?")
    reader.sees("Tunvik", "Fjordby", "Hjemmetjenesten Nord")
    reader.picture("oversikt")

    reader.page.get_by_role("searchbox", name="Kommune eller bydel").fill("fjord")
    reader.press("Søk")
    reader.sees("Fjordby", re.compile("Åpner 1. "))
    reader.sees_not("Tunvik")
    reader.page.get_by_role("searchbox", name="Kommune eller bydel").fill("Storvik")
    reader.press("Søk")
    expect(reader.main).to_contain_text("Vi fant ingen kommune eller bydel med det navnet")


def test_the_same_for_programs(demo):
    told = demo.http.get(f"{demo.web}/kommunetjenester/", headers={"Accept": "application/json"}).json()

    tunvik = next(each for each in told["municipalities"] if each["name"] == "Tunvik")
    assert tunvik["number"] == demo.told["municipality"]["number"]
    north = next(each for each in tunvik["services"] if each["unit"] == demo.told["units"]["nord"]["name"])
    assert north["open_from"]["messages"] <= f"{demo.now():%Y-%m-%d}"
