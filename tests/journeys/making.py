"""Makes what pages show that a demonstration has not: versions, webhooks, subscribers, calendars and batches."""

import re
from collections.abc import Mapping

from playwright.sync_api import FilePayload

from tests.journeys.visitors import Visitor

MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org/journeys">
<process id="compared" isExecutable="true"><startEvent id="begun"/>
<sequenceFlow id="on" sourceRef="begun" targetRef="work"/><userTask id="work" name="{name}"/></process></definitions>"""
NEW_WEBHOOK = "/administration/webhooks/new?process=purchase_approval"
_TOKEN = "a-token-of-the-shop"  # of a webhook that lives as long as these tests
_SCHEMA = '{"type": "object", "required": ["nobody sends this"]}'


def two_versions(visitor: Visitor) -> str:
    """Deploy two versions of a process; the page that compares them."""
    first, second = _deploy(visitor, "Read it"), _deploy(visitor, "Read it twice")
    return f"/definitions/{second}/difference/{first}"


def suspended_version(visitor: Visitor) -> str:
    """Suspend a version of a process that nobody starts, unless it is; the list of what is suspended."""
    found = first_of(r'href="(/definitions/[0-9a-z]{13})">Content approval', visitor.text_of("/definitions"))
    send(visitor, f"{found}/suspend", {"reason": "A new form is coming."}, wanted=(200, 409))
    return "/operations/suspended"


def calendar(visitor: Visitor) -> str:
    """Add a calendar, unless it is there; its page."""
    typed = {"key": "journeys", "name": "Office hours in Berlin", "zone": "Europe/Berlin", "monday": "9:00-17:00"}
    days = {"country": "DE", "free_days": "12-24 Christmas Eve"}
    send(visitor, "/administration/calendars/new", typed | days, wanted=(200, 409))
    return "/administration/calendars/journeys"


def webhook(visitor: Visitor) -> str:
    """Open a webhook that has been called once, in vain: what came does not fit its schema; its page."""
    start = first_of(r'<select[^>]* name="element_key".*?<option value="(\w+)"', visitor.text_of(NEW_WEBHOOK))
    typed = {"element_key": start, "name": "The shop", "verification": "token", "token_header": "authorization"}
    page = send(visitor, NEW_WEBHOOK, typed | {"secret": _TOKEN, "payload_schema": _SCHEMA})
    hook = first_of(r'value="[^"]*(/hooks/[\w-]+)"', page)
    called = visitor.context.request.post(
        visitor.server.url + hook, data={}, headers={"Authorization": f"Bearer {_TOKEN}"}
    )
    assert called.status == 422, called.text()
    return first_of(r"(/administration/webhooks/[0-9a-z]{13})", page)


def subscriber(visitor: Visitor) -> str:
    """Have an address outside told what never happens, and send it a trial; the subscriber's page."""
    never = {"kinds": "EscalationUncaught", "process_keys": "compared"}
    typed = {"name": "The books", "url": "https://books.example.org/events"}
    page = send(visitor, "/administration/subscribers/new", typed | never)
    address = first_of(r"(/administration/subscribers/[0-9a-z]{13})", page)
    send(visitor, f"{address}/trial", {})
    return address


def batch(visitor: Visitor) -> str:
    """Suspend an instance that goes on, by a batch; the page of the batch."""
    address = "/operations/batches/instances"
    instance = first_of(r'name="instance" value="(\w+)"', visitor.text_of("/instances?state=active&sort=oldest"))
    send(visitor, address, {"kind": "suspend", "instance": instance, "reason": "Wait for the new form."})
    return first_of(r'href="(/operations/batches/[0-9a-z]{13})"', visitor.text_of("/operations/batches"))


def connection(visitor: Visitor) -> str:
    """Keep a connection that nothing uses; its page."""
    typed = {"name": "journeys.shop", "url": "https://shop.example.org"}
    send(visitor, "/administration/connections/new/http", typed, wanted=(200, 409))
    return "/administration/connections/journeys.shop"


def message(visitor: Visitor) -> str:
    """Send a message that nobody waits for; the list where it waits."""
    typed = {"kind": "message", "name": "nobody waits for this", "values": '{"amount": 500}'}
    send(visitor, "/operations/send", typed)
    return "/operations/messages"


def first_of(pattern: str, text: str) -> str:
    """The first group of the first place that fits the pattern."""
    found = re.search(pattern, text, re.DOTALL)
    assert found is not None, f"nothing fits {pattern} in {text[:300]}"
    return found[1].replace("&amp;", "&")


def send(visitor: Visitor, address: str, typed: Mapping[str, str], wanted: tuple[int, ...] = (200,)) -> str:
    """Send a form, and return the page that answers."""
    form: dict[str, str | float | bool] = {**typed, "csrf_token": visitor.token()}
    answer = visitor.context.request.post(visitor.server.url + address, form=form)
    assert answer.status in wanted, answer.text()
    return answer.text()


def _deploy(visitor: Visitor, name: str) -> str:
    """Deploy a version of a process in which the only user task is called *name*; the definition's id."""
    file: FilePayload = {"name": "m.bpmn", "mimeType": "text/xml", "buffer": MODEL.format(name=name).encode()}
    answer = visitor.context.request.post(
        f"{visitor.server.url}/definitions/deploy",
        multipart={"file": file, "csrf_token": visitor.token()},
        headers={"HX-Request": "true"},
    )
    return first_of(r"/definitions/([0-9a-z]{13})", answer.text())
