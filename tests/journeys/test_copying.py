"""Journeys of people who copy a program from its page: by keyboard, and where the browser does not let them."""

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit

PAGE = "/account/clients"
CLIPBOARD = ["clipboard-read", "clipboard-write"]


def second_program(page: Page) -> str:
    return page.locator("pre").nth(1).text_content() or ""


def test_a_program_is_copied_by_keyboard_as_it_stands_and_whoever_does_not_see_is_told(visitors: Visit) -> None:
    ada = visitors("ada")
    ada.context.grant_permissions(CLIPBOARD)
    page = ada.go(PAGE)
    button = page.get_by_role("button", name="Copy: camunda-external-task-client-js")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    expect(button).to_be_focused()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == second_program(page)
    assert f"{ada.server.url}/engine-rest" in copied


def test_where_the_browser_refuses_the_program_is_selected_and_one_is_told_how_to_copy_it(visitors: Visit) -> None:
    ada = visitors("ada")
    ada.context.add_init_script("navigator.clipboard.writeText = async () => { throw new Error('not allowed') }")
    page = ada.go(PAGE)
    page.get_by_role("button", name="Copy: camunda-external-task-client-js").click()
    expect(page.get_by_role("status")).to_contain_text("copy it by Ctrl C")
    expect(page.locator("pre").nth(1)).to_be_focused()
    assert page.evaluate("getSelection().toString()").strip() == second_program(page).strip()
