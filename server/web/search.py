"""Search everything one may see: as a page, and as what the command palette shows."""

from flask import Blueprint, render_template, request, url_for

from server.identity.permissions import Permission
from server.queries import people
from server.queries import search as queries
from server.queries.search import Hit
from server.sentences import say
from server.web.signed_in import acting
from server.web.words import gettext as _
from server.web.words import told

blueprint = Blueprint("search", __name__, url_prefix="/search")
_PAGES = (
    (say("Inbox"), "/inbox", Permission.WORK),
    (say("Start a request"), "/start", Permission.START),
    (say("My requests"), "/requests", Permission.START),
    (say("Processes"), "/definitions", Permission.SEE_DEFINITIONS),
    (say("Operations"), "/operations", Permission.SEE_OPERATIONS),
    (say("Administration"), "/administration", Permission.ADMINISTER),
    (say("Notices"), "/notices", Permission.SIGN_IN),
    (say("My account"), "/account", Permission.SIGN_IN),
)
Entry = tuple[str, str, str]


@blueprint.get("")
def page() -> str:
    text = request.args.get("q", "").strip()[:100]
    template = "search_found.html" if "HX-Request" in request.headers else "search.html"
    return render_template(template, text=text, groups=_groups(text), shortest=queries.SHORTEST)


def _groups(text: str) -> list[tuple[str, str, list[Entry]]]:
    """Groups by name, with an icon, of (address, words, hint); address is "" where there is no page to open."""
    actor = acting()
    pages = [(address, told(name), "") for name, address, needed in _PAGES if actor.may(needed)]
    if len(text) < queries.SHORTEST:
        return [(_("Pages"), "arrow-right", pages)]
    sought = text.lower()
    groups: list[tuple[str, str, list[Entry]]] = [
        (_("Requests"), "send", [_entry(hit) for hit in queries.requests(actor, text)]),
        (_("User tasks"), "inbox", [_entry(hit) for hit in queries.user_tasks(actor, text)]),
        (_("Processes"), "sitemap", [_entry(hit) for hit in queries.processes(actor, text)]),
        (
            _("People"),
            "user",
            [(_person(actor.may(Permission.ADMINISTER), one.id), one.name, one.id) for one in people.found(text)],
        ),
        (_("Pages"), "arrow-right", [entry for entry in pages if sought in entry[1].lower()]),
    ]
    return [group for group in groups if group[2]]


def _entry(hit: Hit) -> Entry:
    if hit.kind == "user_task":
        return url_for("user_task.page", user_task_id=hit.id), hit.name, hit.hint
    if hit.kind == "request":
        return f"/instances/{hit.id}", hit.name, hit.hint
    if acting().may(Permission.SEE_DEFINITIONS):
        return f"/definitions/{hit.definition_id}", hit.name, hit.hint
    return url_for("start.form", process_key=hit.id), hit.name, hit.hint


def _person(is_administrator: bool, person_id: str) -> str:
    return f"/administration/people/{person_id}" if is_administrator else ""
