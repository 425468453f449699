"""One server and one browser for the journeys; every page is watched, and a test fails by what a page must not do."""

import os
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.server_process import PROJECT, ServerProcess, start_server
from tests.journeys.visitors import Visitor, Watch, visit

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server that runs with the demonstration: people, models, forms and what they did in three weeks."""
    started = start_server(tmp_path_factory.mktemp("server"))
    yield started
    started.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield started
        started.close()


def chromium() -> str:
    """The Chromium that CHROMIUM names, else the one that the project's script finds or installs."""
    if named := os.environ.get("CHROMIUM"):
        return named
    script = [str(PROJECT / "scripts/find_chromium.sh")]
    found = subprocess.run(["bash", *script], cwd=PROJECT, capture_output=True, text=True, check=False)  # noqa: S603, S607 # our own script
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


@pytest.fixture
def visitors(browser: Browser, server: ServerProcess) -> Iterator[Visit]:
    """`visitors("ada")` opens a browser window in which Ada is signed in. Afterwards nothing odd may have been seen."""
    watch, opened = Watch(server.url), list[Visitor]()

    def come(person_id: str, **options: Any) -> Visitor:
        opened.append(visit(browser, server, watch, person_id, **options))
        return opened[-1]

    yield come
    for visitor in opened:
        visitor.context.close()
    assert watch.seen == []
