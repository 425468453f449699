"""Every page in light, in dark and on a phone: axe finds nothing, nothing overflows, and a picture of it is kept."""

import functools
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.addresses import PLACES, Place
from tests.journeys.server_process import PROJECT, ServerProcess
from tests.journeys.visitors import PHONE, WIDE, Visitor, Watch, visit

PICTURES = PROJECT / "var/screenshots"
MODES = ("light", "dark", "phone")
ISLANDS_ARE_READY = """() => [...document.querySelectorAll('[data-form], [data-bpmn]')]
  .every((part) => part.hasAttribute('data-ready') || part.querySelector('[data-ready], .djs-container svg'))
  && !(document.querySelector('[data-inbox] .lr') && document.querySelector('#preview:empty')?.checkVisibility())"""


@functools.cache
def axe() -> str:
    """The source of axe-core; the policy lets no page load it, so it is evaluated from outside."""
    return (PROJECT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def watched(browser: Browser, server: ServerProcess) -> Iterator[tuple[dict[str, Visitor], Watch]]:
    """Those who look at the pages, each signed in once, and what was seen while they looked."""
    watch = Watch(server.url)
    people = {one: visit(browser, server, watch, one) for one in sorted({place.person_id for place in PLACES})}
    yield people, watch
    for visitor in people.values():
        visitor.context.close()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_page_is_accessible_and_fits_in_light_in_dark_and_on_a_phone(
    watched: tuple[dict[str, Visitor], Watch], place: Place
) -> None:
    people, watch = watched
    visitor = people[place.person_id]
    watch.seen.clear()
    address = place.find(visitor)
    wrong = [f"{mode}: {what}" for mode in MODES for what in look(visitor, place.name, address, mode)]
    assert wrong + watch.seen == []


def look(visitor: Visitor, name: str, address: str, mode: str) -> list[str]:
    """Open the page, keep a picture, return what is wrong with it."""
    found = fits(visitor, name, address, mode)
    violations = visitor.page.evaluate(
        f"{axe()};axe.run({{resultTypes: ['violations']}}).then((found) => found.violations)"
    )
    for violation in violations:
        nodes = ", ".join(node["html"][:200] for node in violation["nodes"][:3])
        found.append(f"axe {violation['id']}: {violation['help']}: {nodes}")
    return found


def fits(visitor: Visitor, name: str, address: str, mode: str, language: str = "") -> list[str]:
    """Open the page, keep a picture (*language*, such as "-de", names it too), return by how much it is too wide."""
    page, size = visitor.page, PHONE if mode == "phone" else WIDE
    page.set_viewport_size(size)
    theme = "dark" if mode == "dark" else "light"
    visitor.context.add_cookies([{"name": "theme", "value": theme, "url": visitor.server.url}])
    answer = page.goto(visitor.server.url + address)
    assert answer is not None
    assert answer.status == (404 if name == "not-found" else 200), address
    page.wait_for_function(ISLANDS_ARE_READY)
    keep_picture(page, PICTURES / f"{name}{language}-{mode}.png", size["width"])
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{overflow} px wider than the screen"] if overflow > 0 else []


def keep_picture(page: Page, file: Path, width: int) -> None:
    """The whole page: the window is made as high as the page, so that what sticks to its edge stands there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": width, "height": min(max(height, 700), 4000)})
    page.screenshot(path=file)
