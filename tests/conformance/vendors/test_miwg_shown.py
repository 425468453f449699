"""A sample of what editors export, deployed for documentation and looked at in a browser."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser

from tests.journeys.server_process import ServerProcess
from tests.journeys.visitors import Visitor, Watch, visit

SAMPLE = 50
LINK = re.compile(r'href="(/definitions/[^"/]+)"')
READY = "[data-bpmn][data-ready]"


def test_a_sample_of_fifty_is_shown_in_the_viewer(
    corpus: Path, browser: Browser, server: ServerProcess, record_property: Callable[[str, str], None]
) -> None:
    files = sorted(each for each in (corpus / "miwg").rglob("*.bpmn") if each.is_file())
    sample = files[:: max(len(files) // SAMPLE, 1)][:SAMPLE]
    watch = Watch(server.url)
    analyst = visit(browser, server, watch, "tim")
    analyst.go("/definitions")
    shapes = {str(file.relative_to(corpus / "miwg")): _shapes(analyst, file) for file in sample}
    analyst.context.close()
    # The viewer says so of a line that an editor has drawn to nothing, and shows the rest.
    dangling = [seen for seen in watch.seen if seen.startswith("console: failed to import")]
    figures = f"{len(shapes)} diagrams, {sum(shapes.values())} shapes, {len(dangling)} lines drawn to nothing"
    record_property("table", f"miwg in Chromium: {figures}")
    empty = [name for name, count in shapes.items() if not count]
    assert not empty, "\n".join(empty)
    assert len(watch.seen) == len(dangling), "\n".join(seen for seen in watch.seen if seen not in dangling)


def _shapes(analyst: Visitor, file: Path) -> int:
    """How many shapes and connections the viewer shows of a model that has been deployed."""
    answer = analyst.context.request.post(
        f"{analyst.server.url}/definitions/deploy",
        multipart={
            "file": {"name": file.name, "mimeType": "text/xml", "buffer": file.read_bytes()},
            "for_documentation": "1",
        },
        headers={"X-CSRFToken": analyst.token(), "HX-Request": "true", "Referer": f"{analyst.server.url}/"},
    )
    text = answer.text()
    assert answer.status == 200, f"{file}: {text}"
    found = LINK.search(text)
    assert found is not None, f"{file}: {text}"
    page = analyst.go(found.group(1))
    page.wait_for_selector(READY)
    return page.locator(f"{READY} .djs-element").count()
