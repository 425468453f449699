"""Journeys of people whose browser asks for German; and every page in German on a phone, where words are long.

What a model says stays as its analyst wrote it; all else must not be English."""

import functools
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from server.cli.demonstration.people import PASSWORD
from server.languages import language
from tests.journeys import purchases
from tests.journeys.addresses import PLACES, Place
from tests.journeys.conftest import Visit
from tests.journeys.server_process import PROJECT, ServerProcess
from tests.journeys.test_every_page import fits
from tests.journeys.visitors import Visitor, Watch, visit

GERMAN = {"locale": "de-DE"}
MODELS = PROJECT / "bpmn_models"
NAMED = re.compile(r'\b(?:name|label)="([^"]+)"')
WRITTEN_BY_ANALYSTS = {name for file in MODELS.iterdir() for name in NAMED.findall(file.read_text(encoding="utf-8"))}
WRITTEN_BY_ANALYSTS |= {"Approve", "Comment", "Name", "Payload", "Reason", "Reject", "Start", "System"}  # in forms
WRITTEN_BY_ANALYSTS |= {"People", "Administrator"}  # a category of processes, and a person
TEXTS = """() => {
  const found = []
  const no = 'script, style, code, pre, option, .id, .mono, [data-form], .djs-container, .swagger'
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (!node.parentElement.closest(no))
      found.push(node.textContent)
  for (const name of ['aria-label', 'title', 'placeholder', 'data-l', 'data-confirm', 'data-confirm-verb'])
    for (const one of document.querySelectorAll(`[${name}]`)) found.push(one.getAttribute(name))
  return [document.title, ...found.map((text) => text.trim().replace(/\\s+/g, ' '))].filter(Boolean)
}"""


@functools.cache
def english() -> frozenset[str]:
    """The messages that German has other words for."""
    texts = language("de").texts
    return frozenset(message for message, said in texts.items() if message != said and "\x04" not in message)


def said_in_english(page: Page) -> list[str]:
    return sorted(set(page.evaluate(TEXTS)) & english() - WRITTEN_BY_ANALYSTS)


@pytest.fixture(scope="module")
def watched(browser: Browser, server: ServerProcess) -> Iterator[tuple[dict[str, Visitor], Watch]]:
    """Those who look at the pages, each signed in once with a German browser, and what was seen while they looked."""
    watch = Watch(server.url)
    persons = sorted({place.person_id for place in PLACES})
    people = {one: visit(browser, server, watch, one, **GERMAN) for one in persons}
    yield people, watch
    for visitor in people.values():
        visitor.context.close()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_german_page_fits_a_phone_and_says_nothing_in_english(
    watched: tuple[dict[str, Visitor], Watch], place: Place
) -> None:
    people, watch = watched
    visitor = people[place.person_id]
    watch.seen.clear()
    address = place.find(visitor)
    wrong = fits(visitor, place.name, address, "phone", "-de")
    if place.name != "api":  # what programs read is English
        assert visitor.page.locator("html").get_attribute("lang") == "de"
        wrong += [f"English: {text}" for text in said_in_english(visitor.page)]
    assert wrong + watch.seen == []


def test_a_participant_signs_in_asks_and_is_told_in_german_what_is_wrong(visitors: Visit) -> None:
    page = visitors("", **GERMAN).go("/start/purchase_approval")
    expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Passwort").fill("not the one")
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("alert")).to_contain_text("Name und Passwort passen nicht zusammen")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    page.wait_for_url("**/start/purchase_approval")
    form = purchases.form(page)
    page.get_by_role("button", name="Starten", exact=True).click()
    expect(page.locator("[data-form-note]")).to_contain_text("Felder brauchen Sie noch.")
    expect(form).to_contain_text("Füllen Sie dieses Feld aus.")
    expect(form).not_to_contain_text("Fill in this field.")
    form.get_by_label(re.compile("^What is it for")).fill("Ein leiser Lüfter")
    expect(page.locator("[data-form-status]")).to_contain_text("Entwurf gespeichert")


def test_a_user_task_is_claimed_and_done_in_german(visitors: Visit) -> None:
    ada, grace = visitors("ada", **GERMAN), visitors("grace", **GERMAN)
    purchases.ask(ada, "Goldene Buchstaben")
    page = grace.go("/inbox?tab=groups&q=goldene")
    page.get_by_role("link", name=re.compile("Approve the purchase: Goldene Buchstaben")).click()
    page.wait_for_url("**/user-tasks/*")
    page.get_by_role("button", name="Übernehmen", exact=False).click()
    expect(page.locator("#toasts")).to_contain_text("übernommen")
    form = purchases.form(page)
    form.get_by_label("Reject", exact=True).check()
    complete = page.get_by_role("button", name="Abschließen", exact=True)
    complete.click()
    expect(page.locator("[data-form-note]")).to_contain_text("Feld")
    purchases.refuse(page, "Gemalte reichen noch ein Jahr.")
    complete.click()
    page.wait_for_url(lambda address: "/user-tasks/" not in address)
    seen = ada.go(purchases.instance(ada, "Goldene Buchstaben"))
    expect(seen.locator("main")).to_contain_text("Gemalte reichen noch ein Jahr.")
    assert said_in_english(seen) == []


def test_the_persons_own_language_wins_over_the_browsers(visitors: Visit) -> None:
    hedy = visitors("hedy", **GERMAN)
    page = hedy.go("/account")
    page.get_by_label("Sprache").select_option("fr")
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator("h1")).to_have_text("Mon compte")
    page.get_by_label("Langue").select_option("")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("h1")).to_have_text("Mein Konto")
