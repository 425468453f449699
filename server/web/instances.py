"""Process instances: the list with its filters, and the same as CSV."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from server.identity.permissions import Permission
from server.queries import process_instances as queries
from server.queries.process_instances import Sort, State, Wanted
from server.sentences import say
from server.web.exports import csv_file
from server.web.signed_in import acting
from server.web.words import gettext as _
from server.web.words import told

blueprint = Blueprint("instances", __name__, url_prefix="/instances")

TABS = (
    (State.ANY, say("All")),
    (State.ACTIVE, say("Active")),
    (State.INCIDENT, say("With incident")),
    (State.SUSPENDED, say("Suspended")),
    (State.COMPLETED, say("Completed")),
    (State.TERMINATED, say("Terminated")),
)
SORTS = (
    (Sort.NEWEST, say("Newest first")),
    (Sort.OLDEST, say("Oldest first")),
    (Sort.ENDED, say("Last ended")),
    (Sort.PROCESS, say("Process")),
)
HEAD = (
    "Business key",
    "Title",
    "Process",
    "Version",
    "State",
    "Open incidents",
    "Started",
    "Started by",
    "Ended",
    "Id",
)


@blueprint.get("")
def page() -> str:
    """One page of what the person may see."""
    wanted, problems = wanted_instances()
    found = queries.instances(acting(), wanted)
    given = _given()
    first = (wanted.page - 1) * queries.PAGE + 1

    def at(**changes: Any) -> str:
        return url_for(".page", **(given | changes))

    return render_template(
        "instances.html",
        found=found,
        wanted=wanted,
        problems=problems,
        is_filtered=bool(given.keys() - {"sort", "page"}),
        given=given,
        tabs=[
            (at(state=None if one is State.ANY else one, page=None), told(name), found.counts[one], one is wanted.state)
            for one, name in TABS
        ],
        sorts=SORTS,
        processes=queries.process_choices(acting()),
        starters=queries.starter_choices(acting()),
        export=url_for(".export", **given),
        first=first,
        may_mend=acting().may(Permission.MEND) and acting().may(Permission.SEE_OPERATIONS),
        last=first + len(found.rows) - 1,
        previous=at(page=wanted.page - 1) if wanted.page > 1 else None,
        following=at(page=wanted.page + 1) if wanted.page < found.pages else None,
    )


@blueprint.get("/export")
def export() -> Response:
    """Everything that fits the filters, as CSV."""
    wanted, _ = wanted_instances()
    rows = queries.exported(acting(), wanted)
    return csv_file(
        "process-instances.csv",
        HEAD,
        (
            (
                row.business_key,
                row.title,
                row.process_name,
                row.version,
                row.state,
                row.incidents,
                row.started_at,
                row.started_by,
                row.ended_at,
                row.id,
            )
            for row in rows
        ),
    )


def _given() -> dict[str, Any]:
    names = ("state", "process", "q", "by", "from", "until", "sort", "page")
    return {name: request.args[name] for name in names if request.args.get(name)}


def wanted_instances() -> tuple[Wanted, list[str]]:
    """The filters in the address; what cannot be understood is left out and told."""
    args = request.args
    state, sort, number = args.get("state", ""), args.get("sort", ""), args.get("page", "")
    problems: list[str] = []
    return (
        Wanted(
            State(state) if state in set(State) else State.ANY,
            args.get("process", "")[:200],
            args.get("q", "").strip()[:100],
            args.get("by", "")[:200],
            _day(args.get("from", ""), problems),
            _day(args.get("until", ""), problems),
            Sort(sort) if sort in set(Sort) else Sort.NEWEST,
            max(int(number), 1) if number.isdecimal() and len(number) < 7 else 1,
        ),
        problems,
    )


def _day(text: str, problems: list[str]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(_("“%(text)s” is no date. Write it as 2026-11-20.", text=text[:20]))
        return None
