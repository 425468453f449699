"""Journeys of auditors: what happened, who did it and why, at any moment."""

import re

from playwright.sync_api import expect

from tests.journeys import purchases
from tests.journeys.conftest import Visit
from tests.journeys.test_every_page import PICTURES

REASON = "The old one can be seen well enough."


def test_an_auditor_replays_an_instance_and_reads_who_did_what_and_why(visitors: Visit) -> None:
    ada, grace, annie = visitors("ada"), visitors("grace"), visitors("annie")
    purchases.ask(ada, "Neon sign")
    values = {"decision": "reject", "reason": REASON}
    assert grace.post(f"{grace.user_task('Neon sign')}/submit", {"values": values}).ok
    address = purchases.instance(annie, "Neon sign")
    page = annie.go(address)
    page.locator("[data-replay] [data-ready]").wait_for()
    slider = page.locator("[data-replay-slider]")
    last = int(slider.get_attribute("max") or 0)
    assert last >= 5
    expect(page.locator("tr[data-event]")).to_have_count(last)
    expect(page.locator(".djs-element.done[data-element-id=approve_purchase]")).to_have_count(1)
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator("tr[data-event][aria-current]")).to_have_attribute("data-event", "1")
    expect(page.locator("tr[data-event][data-future]")).to_have_count(last - 1)
    expect(page.locator(".djs-element.done[data-element-id=approve_purchase]")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"\?at=2$"))
    trail = page.locator("section[aria-labelledby=trail]")
    for words in ("Ada Lovelace", "Grace Hopper", REASON):
        expect(trail).to_contain_text(words)


def test_a_link_to_a_moment_opens_that_moment(visitors: Visit) -> None:
    ada, annie = visitors("ada"), visitors("annie")
    purchases.ask(ada, "Flag pole")
    page = annie.go(f"{purchases.instance(annie, 'Flag pole')}?at=2")
    page.locator("[data-replay] [data-ready]").wait_for()
    expect(page.locator("[data-replay-slider]")).to_have_value("2")
    expect(page.locator("tr[data-event][aria-current]")).to_have_attribute("data-event", "2")
    assert page.locator("tr[data-event][data-future]").count() > 0


def test_the_page_of_an_instance_prints_without_its_menu_and_in_light_colours(visitors: Visit) -> None:
    ada, annie = visitors("ada"), visitors("annie")
    purchases.ask(ada, "On paper")
    annie.context.add_cookies([{"name": "theme", "value": "dark", "url": annie.server.url}])
    page = annie.go(purchases.instance(annie, "On paper"))
    page.locator("[data-bpmn][data-ready]").wait_for()
    page.emulate_media(media="print")
    for gone in ("#nav", ".top", ".slider", ".ph .acts"):
        expect(page.locator(gone).first).to_be_hidden()
    for stays in ("h1", "section[aria-labelledby=trail]", "section[aria-labelledby=variables]", "[data-bpmn] svg"):
        expect(page.locator(stays).first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    (PICTURES / "instance-print.pdf").write_bytes(page.pdf())
