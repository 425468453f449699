"""Journeys of participants: ask for something, decide, work by keyboard, and lose nothing."""

import re

from playwright.sync_api import expect

from tests.journeys import purchases
from tests.journeys.conftest import Visit
from tests.journeys.server_process import ServerProcess
from tests.journeys.visitors import let_sessions_expire


def test_a_participant_mends_what_the_form_finds_wrong_and_starts_a_process(visitors: Visit) -> None:
    page = visitors("ada").go("/start")
    page.get_by_role("link", name=re.compile("Purchase approval")).first.click()
    form = purchases.form(page)
    start = page.get_by_role("button", name="Start", exact=True)
    start.click()
    expect(page.locator("[data-form-note]")).to_contain_text("fields need you")
    expect(form.get_by_label(re.compile("^What is it for"))).to_be_focused()
    expect(form).to_contain_text("Fill in this field.")
    form.get_by_label(re.compile("^What is it for")).fill("Banners for the fair")
    form.locator(".fjs-form-field-select").filter(has_text="Department").locator(".fjs-input-group").click()
    page.get_by_text("Marketing", exact=True).click()
    form.get_by_label(re.compile("^Cost centre")).fill("42")
    form.get_by_label(re.compile("^Item")).fill("Banner, 2 m")
    form.get_by_label(re.compile("^Price each")).fill("640")
    form.get_by_label(re.compile("^E-mail")).fill("orders@supplier.example.org")
    form.get_by_label(re.compile("^Justification")).fill(purchases.WHY)
    start.click()
    expect(page.locator("[data-form-note]")).to_contain_text("One field needs you.")
    expect(form.get_by_label(re.compile("^Cost centre"))).to_be_focused()
    expect(form).to_contain_text("Four digits, such as 4200")
    form.get_by_label(re.compile("^Cost centre")).fill("4200")
    start.click()
    page.wait_for_url("**/requests")
    expect(page.locator("#toasts")).to_contain_text(re.compile(r"Started PR-\d+"))
    expect(page.get_by_role("article", name="Banners for the fair").first).to_contain_text("Waiting for")


def test_a_second_person_claims_and_rejects_with_a_reason_that_the_requester_reads(visitors: Visit) -> None:
    ada, grace = visitors("ada"), visitors("grace")
    purchases.ask(ada, "Golden letters")
    page = grace.go("/inbox?tab=groups&q=golden+letters")
    page.get_by_role("link", name=re.compile("Approve the purchase: Golden letters")).click()
    page.wait_for_url("**/user-tasks/*")
    page.get_by_role("button", name="Claim", exact=False).click()
    expect(page.locator("#toasts")).to_contain_text("Claimed PR-")
    expect(page.locator(".ph")).to_contain_text("Yours since")
    form = purchases.form(page)
    form.get_by_label("Reject", exact=True).check()
    page.get_by_role("button", name="Complete", exact=True).click()
    expect(form.get_by_label(re.compile("^Reason"))).to_be_focused()
    purchases.refuse(page, "Painted ones are good enough for a year.")
    page.get_by_role("button", name="Complete", exact=True).click()
    page.wait_for_url(lambda address: "/user-tasks/" not in address)
    seen = ada.go(purchases.instance(ada, "Golden letters"))
    expect(seen.locator("main")).to_contain_text("Painted ones are good enough for a year.")
    expect(seen.locator("main")).to_contain_text("Grace Hopper")


def test_the_inbox_is_worked_through_by_keyboard_alone(visitors: Visit) -> None:
    ada, grace = visitors("ada"), visitors("grace")
    for number in ("one", "two"):
        purchases.ask(ada, f"Keyboard {number}")
    page = grace.go("/inbox?tab=groups&q=keyboard")
    current = page.locator(".lr[aria-current]")
    expect(current).to_have_count(1)
    rows = page.locator(".lr")
    expect(rows).to_have_count(2)
    page.keyboard.press("j")
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("k")
    expect(rows.nth(0)).to_have_attribute("aria-current", "true")
    page.keyboard.press("x")
    expect(page.locator("[data-bulk]")).to_contain_text("1 selected")
    page.keyboard.press("x")
    expect(page.locator("[data-bulk]")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("[data-list-search]")).to_be_focused()
    page.locator("h1").click()
    title = str(rows.nth(0).locator("a.t").text_content())
    expect(page.locator("#preview")).to_contain_text(title)
    page.keyboard.press("c")
    expect(page.locator("#toasts")).to_contain_text("Claimed PR-")
    page.goto(f"{grace.server.url}/inbox?tab=mine&q=keyboard")
    expect(page.locator(".lr")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/user-tasks/*")
    expect(page.locator("h1")).to_have_text(title)


def test_what_was_typed_is_there_after_the_session_has_expired(visitors: Visit, server: ServerProcess) -> None:
    hedy = visitors("hedy")
    page = hedy.go("/start/purchase_approval")
    form = purchases.form(page)
    form.get_by_label(re.compile("^What is it for")).fill("A quiet fan")
    expect(page.locator("[data-form-status]")).to_contain_text("Draft saved")
    let_sessions_expire(server, "hedy")
    form.get_by_label(re.compile("^Justification")).fill("It is warm in here from May to September.")
    expect(page.locator("[data-form-status]")).to_contain_text("Signed out. Kept in this browser")
    hedy.go("/start/purchase_approval")
    expect(page).to_have_url(re.compile("/sign-in"))
    hedy.fill_in_sign_in()
    page.wait_for_url("**/start/purchase_approval")
    form = purchases.form(page)
    expect(form.get_by_label(re.compile("^What is it for"))).to_have_value("A quiet fan")
    expect(form.get_by_label(re.compile("^Justification"))).to_have_value("It is warm in here from May to September.")
    expect(page.locator("[data-form-status]")).to_contain_text("Draft saved")


def test_of_two_who_complete_at_once_the_second_is_told_who_was_faster(visitors: Visit) -> None:
    ada, grace, margaret = visitors("ada"), visitors("grace"), visitors("margaret")
    purchases.ask(ada, "Standing desk")
    address = grace.user_task("Standing desk")
    for manager in (grace, margaret):
        purchases.refuse(manager.go(address), f"No room for it, says {manager.person_id}.")
    grace.page.get_by_role("button", name="Complete", exact=True).click()
    grace.page.wait_for_url(lambda url: "/user-tasks/" not in url)
    margaret.page.get_by_role("button", name="Complete", exact=True).click()
    note = margaret.page.locator("[data-form-note]")
    expect(note).to_contain_text("Grace Hopper")
    expect(note).to_contain_text("What you typed is kept.")
    reason = purchases.form(margaret.page).get_by_label(re.compile("^Reason"))
    expect(reason).to_have_value("No room for it, says margaret.")
    assert "says grace" in ada.text_of(purchases.instance(ada, "Standing desk"))


def test_counts_and_rows_of_an_open_inbox_follow_what_others_do(visitors: Visit) -> None:
    ada, grace = visitors("ada"), visitors("grace")
    grace.page.clock.install()
    page = grace.go("/inbox?tab=groups")
    page.wait_for_load_state("networkidle")
    mine = page.locator("#inbox-tabs li").filter(has_text="My groups").locator(".n")
    before = int(mine.inner_text())
    bell = page.locator("#waiting-notices")
    purchases.ask(ada, "While you look")
    page.clock.run_for(21_000)
    expect(mine).to_have_text(str(before + 1))
    expect(page.locator("[data-inbox]")).to_contain_text("While you look")
    expect(page.locator("#inbox-told")).to_contain_text(f"{before + 1} for your groups")
    hers = page.locator("#inbox-tabs li").filter(has_text="Mine").locator(".n")
    had = int(hers.inner_text())
    hedy, task = visitors("katherine"), grace.user_task("While you look")
    hedy.context.request.post(
        f"{hedy.server.url}{task}/delegate",
        form={"csrf_token": hedy.token(), "person_id": "grace", "reason": "Your field."},
    )
    page.clock.run_for(21_000)
    expect(page.locator("#waiting-inbox")).to_contain_text(str(had + 1))
    expect(bell).to_have_accessible_name(re.compile("unread"))


def test_a_completed_user_task_shows_what_was_handed_in_and_takes_nothing_more(visitors: Visit) -> None:
    ada, grace = visitors("ada"), visitors("grace")
    purchases.ask(ada, "Look back")
    task = grace.user_task("Look back")
    answer = grace.post(f"{task}/submit", {"values": {"decision": "reject", "reason": "Not in this year's plan."}})
    assert answer.ok, answer.text()
    page = grace.go(task)
    form = purchases.form(page)
    expect(form.get_by_label(re.compile("^Reason"))).to_have_value("Not in this year's plan.")
    expect(form.get_by_label(re.compile("^Reason"))).not_to_be_editable()
    expect(form.get_by_label("Reject", exact=True)).to_be_checked()
    expect(page.get_by_role("button", name="Complete", exact=True)).to_have_count(0)


def test_a_participant_finds_programs_with_the_address_of_this_server_and_goes_on_to_their_tokens(
    visitors: Visit, server: ServerProcess
) -> None:
    page = visitors("ada").go("/account")
    page.get_by_role("link", name="Connect programs").click()
    kit = page.get_by_role("region", name="Our kit").locator("pre")
    expect(kit).to_contain_text(f'Client("{server.url}", "TOKEN")')
    page.get_by_role("main").get_by_role("link", name="My tokens").click()
    expect(page.get_by_role("heading", name="Make a token")).to_be_visible()
