"""The inbox: what waits for a person, by tab and filter, with a preview; claim, release and hand over."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server import clock
from server.commands import filters as filter_commands
from server.commands import user_tasks as commands
from server.errors import Invalid, Problem
from server.identity.permissions import Permission
from server.queries import conversation, people, steps
from server.queries import inbox as queries
from server.queries import user_tasks as user_task_queries
from server.queries.inbox import Filter, Order, Tab
from server.sentences import say
from server.web.moments import counted_text
from server.web.permissions import needs
from server.web.replies import done, tell
from server.web.signed_in import acting
from server.web.words import gettext as _
from server.web.words import ngettext, told

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")
blueprint.before_request(needs(Permission.WORK))

TABS = (
    (Tab.MINE, say("Mine")),
    (Tab.GROUPS, say("My groups")),
    (Tab.FOLLOWING, say("Following")),
    (Tab.OVERDUE, say("Overdue")),
)
ORDERS = (
    (Order.DUE, say("Due first")),
    (Order.CREATED, say("Newest first")),
    (Order.PRIORITY, say("Priority")),
    (Order.NAME, say("Name")),
)
EMPTY = {
    Tab.MINE: ("circle-check", say("Nothing waits for you"), say("All your user tasks are done.")),
    Tab.GROUPS: (
        "users",
        say("Nothing waits for your groups"),
        say("What is offered to you or your groups is listed here."),
    ),
    Tab.FOLLOWING: ("eye", say("Nothing to follow"), say("Follow a request on its page to see here who has it.")),
    Tab.OVERDUE: ("clock", say("Nothing is overdue"), say("Whatever you can do is in time.")),
}


@blueprint.get("")
def page() -> str:
    """The whole page."""
    wanted = read_filter(request.args)
    return render_template(
        "inbox.html",
        orders=ORDERS,
        processes=queries.processes(acting(), wanted, clock.now()),
        people=people.successors(acting()),
        is_narrowed=bool(wanted.text or wanted.process_key),
        **_list(wanted),
    )


@blueprint.get("/list")
def rows() -> str | tuple[str, int]:
    """The rows and the counts above them, for the poll: 204 while they are what the browser has already."""
    listed = _list(read_filter(request.args))
    if listed["seen"] == request.args.get("seen"):
        return "", 204
    return render_template("inbox_again.html", **listed)


@blueprint.get("/preview/<user_task_id>")
def preview(user_task_id: str) -> str:
    """What the current row is about."""
    view = user_task_queries.user_task(acting(), user_task_id)
    comments = conversation.comments(acting(), view.instance_id)
    return render_template(
        "inbox_preview.html",
        task=view,
        steps=steps.of_instances(acting(), [view.instance_id]).get(view.instance_id, ()),
        comment=comments[-1] if comments else None,
    )


@blueprint.get("/next")
def following() -> Response:
    """The most urgent user task; the inbox when there is none."""
    found = queries.next_after(acting(), request.args.get("after", ""), clock.now())
    if found is None:
        tell(_("Nothing waits for you"))
        return redirect(url_for(".page"))
    return redirect(url_for("user_task.page", user_task_id=found))


@blueprint.post("/claim")
def claim() -> Response:
    claimed = commands.claim_many(acting(), _chosen())
    undo = url_for(".release", id=claimed) if claimed else None
    told_of = ngettext("Claimed %(number)s user task", "Claimed %(number)s user tasks", len(claimed))
    return done(told_of, url_for(".page"), undo)


@blueprint.post("/release")
def release() -> Response:
    released = commands.release_many(acting(), _chosen())
    undo = url_for(".claim", id=released) if released else None
    told_of = ngettext("Released %(number)s user task", "Released %(number)s user tasks", len(released))
    return done(told_of, url_for(".page"), undo)


@blueprint.post("/delegate")
def delegate() -> Response:
    person_id, reason = request.form.get("person_id", ""), request.form.get("reason", "")
    number = commands.delegate_many(acting(), _chosen(), person_id, reason)
    return done(
        ngettext("Handed over %(number)s user task", "Handed over %(number)s user tasks", number), url_for(".page")
    )


@blueprint.post("/filters")
def save_filter() -> Response:
    """Keep the filter of the page under a name; only what a filter may say is kept."""
    query = write_filter(read_filter(dict(parse_qsl(request.form.get("query", "")))))
    filter_commands.save(acting(), request.form.get("name", ""), query)
    tell(_("Filter saved"))
    return redirect(f"{url_for('.page')}?{query}", 303)


@blueprint.post("/filters/<filter_id>/remove")
def remove_filter(filter_id: str) -> Response:
    filter_commands.remove(acting(), filter_id)
    tell(_("Filter removed"))
    return redirect(url_for(".page"), 303)


def read_filter(given: Mapping[str, str]) -> Filter:
    """The filter of a query string; what is not among the choices counts as not given."""
    tab, order, page_text = given.get("tab", ""), given.get("order", ""), given.get("page", "")
    return Filter(
        tab=Tab(tab) if tab in set(Tab) else Tab.MINE,
        text=given.get("q", "").strip()[:100],
        process_key=given.get("process", "")[:200],
        order=Order(order) if order in set(Order) else Order.DUE,
        page=min(max(int(page_text), 1), 10_000) if page_text.isdecimal() and len(page_text) < 7 else 1,
    )


def write_filter(wanted: Filter, **more: str) -> str:
    """The filter as a query string without its page."""
    parts = {"tab": wanted.tab.value, "q": wanted.text, "process": wanted.process_key}
    parts["order"] = wanted.order.value if wanted.order is not Order.DUE else ""
    return urlencode({name: value for name, value in (parts | more).items() if value})


def _counted(wanted: Filter) -> dict[str, Any]:
    """What the line and the tabs above the rows need: how much there is in each of them."""
    saved = queries.saved_filters(acting())
    saved_as = [read_filter(dict(parse_qsl(one.query))) for one in saved]
    counts = queries.counts(acting(), [*(Filter(tab=tab) for tab, _ in TABS), *saved_as, wanted], clock.now())
    query, here = write_filter(wanted), url_for(".page")
    whole = [(write_filter(Filter(tab=tab)), name) for tab, name in TABS]
    tabs = [
        (f"{here}?{of_tab}", told(name), counted_text(count), query == of_tab)
        for (of_tab, name), count in zip(whole, counts, strict=False)
    ]
    tabs += [
        (f"{here}?{one.query}", one.name, counted_text(count), write_filter(filter_) == query)
        for one, filter_, count in zip(saved, saved_as, counts[len(TABS) : -1], strict=True)
    ]
    return {
        "tabs": tabs,
        "saved": next((one for one, kept in zip(saved, saved_as, strict=True) if write_filter(kept) == query), None),
        "mine": counts[0],
        "offered": counts[1],
        "overdue": counts[3],
        "total": counts[-1],
    }


def _list(wanted: Filter) -> dict[str, object]:
    """What the rows and what is above them need; `seen` changes whenever some of it does."""
    counted = _counted(wanted)
    found = queries.listed(acting(), wanted, clock.now(), int(counted["total"]))
    if wanted.page > found.pages:
        wanted = replace(wanted, page=found.pages)
        found = queries.listed(acting(), wanted, clock.now())
    overdue = [row.id for row in found.rows if row.due_at is not None and row.due_at < clock.now()]
    seen = hashlib.blake2s(repr((found, overdue, counted["tabs"])).encode(), digest_size=8).hexdigest()
    first = (wanted.page - 1) * queries.PAGE + 1
    query = write_filter(wanted)
    return counted | {
        "found": found,
        "wanted": wanted,
        "now": clock.now(),
        "seen": seen,
        "query": query,
        "first": first,
        "last": first + len(found.rows) - 1,
        "previous": f"{url_for('.page')}?{query}&page={wanted.page - 1}" if wanted.page > 1 else None,
        "following": f"{url_for('.page')}?{query}&page={wanted.page + 1}" if wanted.page < found.pages else None,
        "empty": EMPTY[wanted.tab],
    }


def _chosen() -> list[str]:
    """The user tasks that were selected, or those that an undo names in its address. Raises Invalid."""
    ids = (request.form.getlist("id") or request.args.getlist("id"))[: queries.PAGE * 4]
    if not ids:
        raise Invalid(_("Select at least one user task first."), [Problem(_("Select at least one user task first."))])
    return ids
