"""Purchases for the journeys: what a person types, and short ways to a purchase that waits for somebody."""

import re
from typing import Any

from playwright.sync_api import Locator, Page

from tests.journeys.visitors import Visitor

PROCESS = "purchase_approval"
WHY = "The present ones are worn out; measured in May."


def request(title: str, price: float = 1200.0) -> dict[str, Any]:
    """Values of the start form; a manager has to approve it."""
    return {
        "title": title,
        "department": "Marketing",
        "costCentre": "4200",
        "positions": [{"item": "Banner", "quantity": 1, "price": price}],
        "supplierEmail": "orders@supplier.example.org",
        "justification": WHY,
    }


def ask(ada: Visitor, title: str) -> None:
    """Ada asks for something that a manager has to approve."""
    ada.start(PROCESS, request(title))


def instance(visitor: Visitor, title: str) -> str:
    """The address of the process instance called *title*."""
    found = re.search(r'href="(/instances/[0-9a-z]{13})"', visitor.text_of(f"/instances?q={title.replace(' ', '+')}"))
    assert found is not None, f"{visitor.person_id} sees no instance “{title}”"
    return found[1]


def form(page: Page) -> Locator:
    """The form of the page, drawn and listening."""
    drawn = page.locator("[data-form][data-ready]")
    drawn.wait_for()
    return drawn


def refuse(page: Page, reason: str) -> None:
    """Fill in the decision: reject, and why."""
    drawn = form(page)
    drawn.get_by_label("Reject", exact=True).check()
    drawn.get_by_label(re.compile("^Reason")).fill(reason)


def focused_label(page: Page) -> str:
    """What the control that has the focus is called."""
    return str(page.evaluate("document.activeElement.labels?.[0]?.textContent ?? document.activeElement.tagName"))
