"""Every page there is, in one place: its name, who looks at it, and its address or where a link to it stands."""

import re
from dataclasses import dataclass

from playwright.sync_api import FilePayload

from tests.journeys.visitors import Visitor

TWO_VERSIONS = "two versions"
A_SUSPENDED_VERSION = "a suspended version"
MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org/journeys">
<process id="compared" isExecutable="true"><startEvent id="begun"/>
<sequenceFlow id="on" sourceRef="begun" targetRef="work"/><userTask id="work" name="{name}"/></process></definitions>"""


def deploy(visitor: Visitor, name: str) -> str:
    """Deploy a version of a process in which the only user task is called *name*; the definition's id."""
    file: FilePayload = {"name": "m.bpmn", "mimeType": "text/xml", "buffer": MODEL.format(name=name).encode()}
    answer = visitor.context.request.post(
        f"{visitor.server.url}/definitions/deploy",
        multipart={"file": file, "csrf_token": visitor.token()},
        headers={"HX-Request": "true"},
    )
    found = re.search(r"/definitions/([0-9a-z]{13})", answer.text())
    assert found is not None, answer.text()
    return found[1]


def suspend(visitor: Visitor) -> None:
    """Suspend a version of a process that nobody in the journeys starts."""
    found = re.search(r'href="(/definitions/[0-9a-z]{13})">Content approval', visitor.text_of("/definitions"))
    assert found is not None
    form: dict[str, str | float | bool] = {"csrf_token": visitor.token(), "reason": "A new form is coming."}
    answer = visitor.context.request.post(f"{visitor.server.url}{found[1]}/suspend", form=form)
    assert answer.ok, answer.text()


@dataclass(frozen=True)
class Place:
    """A page. Where `link` is given, the address is the first one that fits it on the page `address`, then `below`."""

    name: str
    person_id: str
    address: str
    link: str = ""
    below: str = ""
    link_there: str = ""  # a link on the page that was found, which is the page meant

    def find(self, visitor: Visitor) -> str:
        """The address of the page itself."""
        if self.address == TWO_VERSIONS:
            first, second = deploy(visitor, "Before"), deploy(visitor, "After")
            return f"/definitions/{second}/difference/{first}"
        if self.address == A_SUSPENDED_VERSION:
            suspend(visitor)
            return "/operations/suspended"
        if not self.link:
            return self.address
        address = link_on(visitor, self.address, self.link)
        return link_on(visitor, address, self.link_there) if self.link_there else address + self.below


def link_on(visitor: Visitor, address: str, link: str) -> str:
    """The first link of the page *address* that fits the pattern *link*."""
    found = re.search(f'(?:href|data-href|hx-get)="({link})"', visitor.text_of(address))
    assert found is not None, f"{address} has no link like {link} for {visitor.person_id}"
    return found[1].replace("&amp;", "&")


PLACES = (
    Place("sign-in", "", "/sign-in"),
    Place("inbox", "grace", "/inbox"),
    Place("inbox-groups", "grace", "/inbox?tab=groups"),
    Place("inbox-empty", "ada", "/inbox?tab=mine&q=nothing+is+called+so"),
    Place("user-task", "grace", "/inbox?tab=groups", r"/user-tasks/\w+"),
    Place(
        "user-task-done",
        "annie",
        "/instances?state=completed",
        r"/instances/[0-9a-z]{13}",
        link_there=r"/user-tasks/\w+",
    ),
    Place("start", "ada", "/start"),
    Place("start-form", "ada", "/start/purchase_approval"),
    Place("requests", "ada", "/requests"),
    Place("search", "ada", "/search?q=pr"),
    Place("notices", "grace", "/notices"),
    Place("account", "ada", "/account"),
    Place("account-notices", "ada", "/account/notices"),
    Place("tokens", "ada", "/account/tokens"),
    Place("api", "tim", "/api/v1/docs"),
    Place("definitions", "tim", "/definitions"),
    Place("definition", "tim", "/definitions", r"/definitions/[0-9a-z]{13}"),
    Place("form", "tim", "/definitions", r"/definitions/[0-9a-z]{13}", link_there=r"/definitions/\w+/forms/\w+"),
    Place("difference", "tim", TWO_VERSIONS),
    Place("decisions", "tim", "/decisions"),
    Place("decision", "tim", "/decisions", r"/decisions/[0-9a-z]{13}"),
    Place("instances", "annie", "/instances"),
    Place("instance", "annie", "/instances", r"/instances/[0-9a-z]{13}"),
    Place("instance-with-incident", "dennis", "/operations", r"/instances/[0-9a-z]{13}"),
    Place("mending", "dennis", "/operations", r"/instances/[0-9a-z]{13}", "/mend"),
    Place("operations", "dennis", "/operations"),
    Place("retry", "dennis", "/operations", r"/operations/retry\?incident=\w+"),
    Place("skip", "dennis", "/operations", r"/operations/skip\?incident=\w+"),
    Place("incident-owner", "dennis", "/operations", r"/operations/owner\?incident=\w+"),
    Place("batches", "dennis", "/operations/batches"),
    Place("batch-of-instances", "dennis", "/operations/batches/instances?kind=suspend"),
    Place("instances-to-choose", "dennis", "/instances"),
    Place("jobs", "dennis", "/operations/jobs"),
    Place("job-fire", "dennis", "/operations/jobs", r"/operations/jobs/\w+/fire"),
    Place("job-postpone", "dennis", "/operations/jobs", r"/operations/jobs/\w+/postpone"),
    Place("external tasks", "dennis", "/operations/external-tasks"),
    Place("suspended", "dennis", "/operations/suspended"),
    Place("messages", "dennis", "/operations/messages"),
    Place("sendings", "dennis", "/operations/sendings"),
    Place("send a message", "dennis", "/operations/send"),
    Place("suspended-version", "dennis", A_SUSPENDED_VERSION),
    Place("people", "admin", "/administration/people"),
    Place("person", "admin", "/administration/people/grace"),
    Place("new-person", "admin", "/administration/people/new"),
    Place("groups", "admin", "/administration/groups"),
    Place("new-group", "admin", "/administration/groups/new"),
    Place("group", "admin", "/administration/groups/managers"),
    Place("substitutes", "admin", "/administration/substitutes"),
    Place("calendars", "admin", "/administration/calendars"),
    Place("a new calendar", "admin", "/administration/calendars/new"),
    Place("programs", "admin", "/administration/tokens"),
    Place("new-program", "admin", "/administration/tokens/program"),
    Place("connections", "admin", "/administration/connections"),
    Place("new-connection", "admin", "/administration/connections/new/http"),
    Place("notice-policies", "tim", "/administration/notices"),
    Place("notice-policy", "tim", "/administration/notices/of/purchase_approval"),
    Place("notices-of-every-process", "admin", "/administration/notices/every-process"),
    Place("audit", "annie", "/audit"),
    Place("not-found", "ada", "/there-is-no-such-page"),
)
