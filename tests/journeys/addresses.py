"""Every page there is, in one place: its name, who looks at it, and its address or where a link to it stands."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.journeys import making
from tests.journeys.visitors import Visitor


@dataclass(frozen=True)
class Place:
    """A page. Where `link` is given, the address is the first one that fits it on the page `address`, then `below`."""

    name: str
    person_id: str
    address: str | Callable[[Visitor], str]  # a function first makes what the page shows
    link: str = ""
    below: str = ""
    link_there: str = ""  # a link on the page that was found, which is the page meant

    def find(self, visitor: Visitor) -> str:
        """The address of the page itself."""
        address = self.address if isinstance(self.address, str) else self.address(visitor)
        if self.link:
            address = link_on(visitor, address, self.link)
        return link_on(visitor, address, self.link_there) if self.link_there else address + self.below


def link_on(visitor: Visitor, address: str, link: str) -> str:
    """The first link of the page *address* that fits the pattern *link*."""
    return making.first_of(f'(?:href|data-href|hx-get)="({link})"', visitor.text_of(address))


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
    Place("clients", "ada", "/account/clients"),
    Place("clients-for-administrators", "admin", "/account/clients"),
    Place("api", "tim", "/api/v1/docs"),
    Place("definitions", "tim", "/definitions"),
    Place("definition", "tim", "/definitions", r"/definitions/[0-9a-z]{13}"),
    Place("form", "tim", "/definitions", r"/definitions/[0-9a-z]{13}", link_there=r"/definitions/\w+/forms/\w+"),
    Place("difference", "tim", making.two_versions),
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
    Place("incident-note", "dennis", "/operations", r"/operations/note\?incident=\w+"),
    Place("batches", "dennis", "/operations/batches"),
    Place("batch", "dennis", making.batch),
    Place("batch-of-instances", "dennis", "/operations/batches/instances?kind=suspend"),
    Place("instances-to-choose", "dennis", "/instances"),
    Place("jobs", "dennis", "/operations/jobs"),
    Place("job-fire", "dennis", "/operations/jobs", r"/operations/jobs/\w+/fire"),
    Place("job-postpone", "dennis", "/operations/jobs", r"/operations/jobs/\w+/postpone"),
    Place("external tasks", "dennis", "/operations/external-tasks"),
    Place("suspended", "dennis", "/operations/suspended"),
    Place("messages", "dennis", "/operations/messages"),
    Place("message-discard", "dennis", making.message, r"/operations/messages/\w+/discard"),
    Place("sendings", "dennis", "/operations/sendings"),
    Place("sending", "dennis", "/operations/sendings", r"/operations/sendings/[0-9a-z]{13}"),
    Place("send a message", "dennis", "/operations/send"),
    Place("suspended-version", "dennis", making.suspended_version),
    Place("version-resume", "dennis", making.suspended_version, r"/operations/suspended/versions/\w+/resume"),
    Place("people", "admin", "/administration/people"),
    Place("person", "admin", "/administration/people/grace"),
    Place("new-person", "admin", "/administration/people/new"),
    Place("groups", "admin", "/administration/groups"),
    Place("new-group", "admin", "/administration/groups/new"),
    Place("group", "admin", "/administration/groups/managers"),
    Place("substitutes", "admin", "/administration/substitutes"),
    Place("calendars", "admin", "/administration/calendars"),
    Place("a new calendar", "admin", "/administration/calendars/new"),
    Place("calendar", "admin", making.calendar),
    Place("webhooks", "admin", "/administration/webhooks"),
    Place("new-webhook", "admin", making.NEW_WEBHOOK),
    Place("webhook", "admin", making.webhook),
    Place("webhook-call", "admin", making.webhook, r"/administration/webhooks/calls/\w+"),
    Place("new-subscriber", "admin", "/administration/subscribers/new"),
    Place("subscriber", "admin", making.subscriber),
    Place("delivery", "admin", making.subscriber, r"/administration/subscribers/deliveries/\w+"),
    Place("programs", "admin", "/administration/tokens"),
    Place("new-program", "admin", "/administration/tokens/program"),
    Place("connections", "admin", "/administration/connections"),
    Place("new-connection", "admin", "/administration/connections/new/http"),
    Place("connection", "admin", making.connection),
    Place("notice-policies", "tim", "/administration/notices"),
    Place("notice-policy", "tim", "/administration/notices/of/purchase_approval"),
    Place("notices-of-every-process", "admin", "/administration/notices/every-process"),
    Place("audit", "annie", "/audit"),
    Place("not-found", "ada", "/there-is-no-such-page"),
)
