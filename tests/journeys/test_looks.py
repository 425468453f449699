"""Journeys through the frame of every page: dark and light, and the menu of a phone."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.visitors import PHONE


def test_the_theme_is_changed_by_a_button_and_kept(visitors: Visit) -> None:
    ada = visitors("ada")
    page = ada.go("/requests")
    root, button = page.locator("html"), page.get_by_role("button", name="Dark colours")
    expect(root).to_have_attribute("data-bs-theme", "light")
    button.click()
    expect(root).to_have_attribute("data-bs-theme", "dark")
    expect(button).to_have_attribute("aria-pressed", "true")
    ada.go("/start")
    expect(root).to_have_attribute("data-bs-theme", "dark")
    page.get_by_role("button", name="Dark colours").click()
    expect(root).to_have_attribute("data-bs-theme", "light")


def test_the_menu_of_a_phone_opens_leads_on_and_closes(visitors: Visit) -> None:
    page = visitors("ada", viewport=PHONE, has_touch=True).go("/inbox")
    menu = page.locator("#nav")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).tap()
    expect(menu).to_be_visible()
    page.get_by_role("button", name="Close menu").tap()
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).tap()
    menu.get_by_role("link", name="Start", exact=True).tap()
    page.wait_for_url("**/start")
    expect(page.locator("#nav")).to_be_hidden()


def test_the_command_palette_finds_a_process_and_leads_there(visitors: Visit) -> None:
    page = visitors("ada").go("/inbox")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Control+k")
    palette = page.locator("#palette")
    expect(palette).to_be_visible()
    page.keyboard.type("purchase approval")
    expect(palette.get_by_role("option").filter(has_text="Purchase approval").first).to_be_visible()
    page.keyboard.press("Escape")  # as in every search field, the first one empties it
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()
    page.locator("h1").click()  # out of every field: keys are for fields while one has the focus
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name=re.compile("Keyboard"))).to_be_visible()
