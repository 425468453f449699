"""Every page there is, in one place: its name, who looks at it, and its address or where a link to it stands."""

import re
from dataclasses import dataclass

from playwright.sync_api import FilePayload

from tests.journeys.visitors import Visitor

TWO_VERSIONS = "two versions"
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


@dataclass(frozen=True)
class Place:
    """A page. Where `link` is given, the address is the first one that fits it on the page `address`, then `below`."""

    name: str
    person_id: str
    address: str
    link: str = ""
    below: str = ""

    def find(self, visitor: Visitor) -> str:
        """The address of the page itself."""
        if self.address == TWO_VERSIONS:
            first, second = deploy(visitor, "Before"), deploy(visitor, "After")
            return f"/definitions/{second}/difference/{first}"
        if not self.link:
            return self.address
        page = visitor.text_of(self.address)
        found = re.search(f'(?:href|data-href|hx-get)="({self.link})"', page)
        assert found is not None, f"{self.address} has no link like {self.link} for {visitor.person_id}"
        return found[1].replace("&amp;", "&") + self.below


PLACES = (
    Place("sign-in", "", "/sign-in"),
    Place("inbox", "grace", "/inbox"),
    Place("inbox-groups", "grace", "/inbox?tab=groups"),
    Place("inbox-empty", "ada", "/inbox?tab=mine&q=nothing+is+called+so"),
    Place("user-task", "grace", "/inbox?tab=groups", r"/user-tasks/\w+"),
    Place("start", "ada", "/start"),
    Place("start-form", "ada", "/start/purchase_approval"),
    Place("requests", "ada", "/requests"),
    Place("search", "ada", "/search?q=pr"),
    Place("notices", "grace", "/notices"),
    Place("account", "ada", "/account"),
    Place("definitions", "tim", "/definitions"),
    Place("definition", "tim", "/definitions", r"/definitions/[0-9a-z]{13}"),
    Place("difference", "tim", TWO_VERSIONS),
    Place("instances", "annie", "/instances"),
    Place("instance", "annie", "/instances", r"/instances/[0-9a-z]{13}"),
    Place("instance-with-incident", "dennis", "/operations", r"/instances/[0-9a-z]{13}"),
    Place("mending", "dennis", "/operations", r"/instances/[0-9a-z]{13}", "/mend"),
    Place("operations", "dennis", "/operations"),
    Place("retry", "dennis", "/operations", r"/operations/retry\?incident=\w+"),
    Place("jobs", "dennis", "/operations/jobs"),
    Place("suspended", "dennis", "/operations/suspended"),
    Place("people", "admin", "/administration/people"),
    Place("person", "admin", "/administration/people/grace"),
    Place("new-person", "admin", "/administration/people/new"),
    Place("groups", "admin", "/administration/groups"),
    Place("group", "admin", "/administration/groups/managers"),
    Place("substitutes", "admin", "/administration/substitutes"),
    Place("audit", "annie", "/audit"),
    Place("not-found", "ada", "/there-is-no-such-page"),
)
