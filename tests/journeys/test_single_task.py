"""A journey of two people: one asks the other for one thing, and it comes back with a reason."""

import re

from playwright.sync_api import Page, expect

from tests.journeys import purchases
from tests.journeys.conftest import Visit


def submit(page: Page, verb: str) -> None:
    page.get_by_role("button", name=verb, exact=True).click()


def test_one_asks_another_for_something_and_reads_why_it_cannot_be_done(visitors: Visit) -> None:
    ada, barbara = visitors("ada"), visitors("barbara")
    page = ada.go("/start/single_task")
    form = purchases.form(page)
    form.get_by_role("textbox", name=re.compile("^What")).fill("Water the plants of the hall")
    form.get_by_label("A person").check()
    form.get_by_role("textbox", name=re.compile("^Who")).fill("barbara")
    due = form.get_by_role("textbox", name="By when")
    expect(form.get_by_placeholder("hh:mm").first).to_be_visible()
    due.fill("2031-03-14")
    due.press("Enter")
    submit(page, "Start")
    expect(page.locator("[data-form-note]")).to_contain_text("One field needs you.")
    expect(form).to_contain_text("Enter both the day and the time.")
    form.get_by_placeholder("hh:mm").first.fill("16:30")
    form.get_by_placeholder("hh:mm").first.press("Enter")
    submit(page, "Start")
    page.wait_for_url("**/requests")
    expect(page.locator("#toasts")).to_contain_text(re.compile(r"Started ST-\d+"))

    page = barbara.go("/inbox?q=water+the+plants")
    page.get_by_role("link", name=re.compile("Water the plants of the hall")).first.click()
    page.wait_for_url("**/user-tasks/*")
    expect(page.locator("main")).to_contain_text("2031-03-14 16:30")
    form = purchases.form(page)
    form.get_by_label("It cannot be done").check()
    form.get_by_role("textbox", name=re.compile("^Why not")).fill("They are made of plastic.")
    submit(page, "Complete")
    page.wait_for_url(lambda address: "/user-tasks/" not in address)

    page = ada.go("/inbox?q=water+the+plants")
    page.get_by_role("link", name=re.compile("Not done: Water the plants of the hall")).first.click()
    page.wait_for_url("**/user-tasks/*")
    form = purchases.form(page)
    expect(form.get_by_role("textbox", name="Why not")).to_have_value("They are made of plastic.")
    form.get_by_label("Drop it").check()
    submit(page, "Complete")
    page.wait_for_url(lambda address: "/user-tasks/" not in address)
