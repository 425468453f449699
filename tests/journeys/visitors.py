"""People at a browser: each signed in, and watched for whatever a page must never do."""

import json
import re
import sqlite3
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    APIResponse,
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    ViewportSize,
    WebError,
)

from server.cli.demonstration.people import PASSWORD
from tests.journeys.server_process import ServerProcess

WIDE: ViewportSize = {"width": 1366, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}
TELL_VIOLATIONS = """addEventListener('securitypolicyviolation', (event) =>
  console.error('CSP violation:', event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber))"""
PARTS = {"script", "stylesheet", "font", "image"}


@dataclass
class Watch:
    """What must not happen on any page: script errors, violations of the policy, requests to elsewhere, lost parts."""

    home: str
    seen: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.add_init_script(TELL_VIOLATIONS)
        context.on("console", self._told)
        context.on("weberror", self._failed)
        context.on("request", self._asked)
        context.on("response", self._answered)

    def _told(self, message: ConsoleMessage) -> None:
        # That an answer has a status of 400 or more is told as well; whether it may have is judged by the answer.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.seen.append(f"console: {message.text}")

    def _failed(self, error: WebError) -> None:
        self.seen.append(f"script: {error.error}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and f"{parts.scheme}://{parts.netloc}" != self.home:
            self.seen.append(f"asked another machine: {request.url}")

    def _answered(self, response: Response) -> None:
        is_lost_part = response.status >= 400 and response.request.resource_type in PARTS
        if response.status >= 500 or is_lost_part:
            self.seen.append(f"answered {response.status}: {response.url}")


@dataclass
class Visitor:
    """One person in a browser of their own."""

    person_id: str
    server: ServerProcess
    context: BrowserContext
    page: Page

    def go(self, address: str) -> Page:
        self.page.goto(self.server.url + address)
        return self.page

    def post(self, address: str, body: Any) -> APIResponse:
        """What a script of ours would send, sent by hand: JSON with the token of the page."""
        return self.context.request.post(
            self.server.url + address,
            data=json.dumps(body),
            headers={
                "X-CSRFToken": self.token(),
                "Accept": "application/json",
                "Content-Type": "application/json",
                "Referer": self.server.url + "/",
            },
        )

    def text_of(self, address: str) -> str:
        return self.context.request.get(self.server.url + address).text()

    def token(self, address: str = "/notices") -> str:
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.text_of(address))
        assert found is not None, f"{address} has no token"
        return found[1]

    def start(self, process_key: str, values: dict[str, Any]) -> str:
        """Start a process, and return where the browser would go next."""
        answer = self.post(f"/start/{process_key}/submit", {"values": values})
        assert answer.ok, answer.text()
        return str(answer.json()["location"])

    def user_task(self, title: str, tab: str = "groups") -> str:
        """The address of the open user task whose request is called *title*."""
        page = self.text_of(f"/inbox?tab={tab}&q={title.replace(' ', '+')}")
        found = re.search(r'href="(/user-tasks/[^"?]+)"', page)
        assert found is not None, f"{self.person_id} has no user task of “{title}” in {tab}"
        return found[1]

    def come_in(self) -> None:
        """Sign in without looking at the page."""
        form: dict[str, str | float | bool] = {
            "name": self.person_id,
            "password": PASSWORD,
            "csrf_token": self.token("/sign-in"),
        }
        answer = self.context.request.post(f"{self.server.url}/sign-in", form=form, max_redirects=0)
        assert answer.status == 303, answer.text()

    def fill_in_sign_in(self) -> None:
        """Sign in on the page that shows, as everybody does."""
        self.page.get_by_label("Name").fill(self.person_id)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)


def visit(browser: Browser, server: ServerProcess, watch: Watch, person_id: str, **options: Any) -> Visitor:
    """A new browser window for *person_id*, signed in; nobody is signed in where *person_id* is empty."""
    context = browser.new_context(**({"viewport": WIDE, "reduced_motion": "reduce"} | options))
    context.set_default_timeout(15_000)
    watch.over(context)
    visitor = Visitor(person_id, server, context, context.new_page())
    if person_id:
        visitor.come_in()
    return visitor


def let_sessions_expire(server: ServerProcess, person_id: str) -> None:
    """Have the person's sessions be unused for longer than they may be."""
    with sqlite3.connect(server.database, timeout=20) as database:
        changed = database.execute(
            "UPDATE session SET seen_at = '2020-01-01 00:00:00' WHERE person_id = ?", [person_id]
        )
        assert changed.rowcount > 0
