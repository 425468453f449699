"""The frame of every page: the menu by permissions with counts, the bell, the theme, who is signed in."""

from dataclasses import astuple
from typing import Any

from flask import Blueprint, Flask, g, redirect, render_template, request
from werkzeug.wrappers import Response

from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.queries import shell as queries
from server.web.signed_in import acting, is_signed_in, signed_in
from server.web.words import gettext as _
from server.web.words import speaking

blueprint = Blueprint("shell", __name__)
THEMES = ("light", "dark")
Link = tuple[str, str, str, int | None, str]
_ADMINISTER = ("/administration", Permission.ADMINISTER)
_HOMES = (
    ("/inbox", Permission.WORK),
    ("/operations", Permission.SEE_OPERATIONS),
    ("/instances", Permission.SEE_ALL_INSTANCES),
    ("/definitions", Permission.SEE_DEFINITIONS),
    _ADMINISTER,
)
_PARENTS = {"/user-tasks": "/inbox", "/files": "/inbox"}


def install(app: Flask) -> None:
    app.context_processor(_frame)


@blueprint.get("/")
def home() -> Response:
    """Everybody begins where their work is."""
    actor: Actor = acting()
    return redirect(next((address for address, needed in _HOMES if actor.may(needed)), "/account"))


@blueprint.get("/waiting")
def waiting() -> str | tuple[str, int]:
    """The counts of the menu, for the poll of every page: 204 while they are what the browser has already."""
    if request.args.get("seen") == _seen(queries.waiting(acting())):
        return "", 204
    return render_template("waiting.html")


def navigation(actor: Actor, waiting: queries.Waiting) -> list[tuple[str, list[Link]]]:
    """The menu: groups of links, each with what waits behind it; nobody is shown what they may not open."""
    work: list[Link] = []
    if actor.may(Permission.WORK):
        work.append(("/inbox", "inbox", _("Inbox"), waiting.user_tasks, ""))
    if actor.may(Permission.START):
        work.append(("/start", "plus", _("Start"), None, ""))
        work.append(("/requests", "send", _("My requests"), waiting.requests, ""))
    processes: list[Link] = []
    if actor.may(Permission.SEE_DEFINITIONS):
        processes.append(("/definitions", "sitemap", _("Processes"), None, ""))
        processes.append(("/decisions", "table", _("Decisions"), None, ""))
    processes.append(("/instances", "report-search", _("Instances"), None, ""))
    if actor.may(Permission.SEE_OPERATIONS):
        processes.append(("/operations", "activity", _("Operations"), waiting.incidents, _("incidents")))
    server: list[Link] = []
    if any(map(actor.may, (Permission.ADMINISTER, Permission.KEEP_WEBHOOKS, Permission.SEE_AUDIT))):
        server.append(("/administration", "settings", _("Administration"), None, ""))
    return [(name, links) for name, links in (("", work), (_("Processes"), processes), (_("Server"), server)) if links]


def _frame() -> dict[str, Any]:
    theme = request.cookies.get("theme")
    frame: dict[str, Any] = {
        "language": speaking().code,
        "theme": theme if theme in THEMES else "light",
        "me": None,
        "nav": [],
        "unread": 0,
    }
    # A page that says that the database does not answer must not ask the database.
    if g.get("is_failing") or not is_signed_in():
        return frame
    counted = queries.waiting(acting())
    here = "/" + request.path.split("/")[1]
    return frame | {
        "me": signed_in(),
        "nav": navigation(acting(), counted),
        "unread": counted.notices,
        "waiting_seen": _seen(counted),
        "page": _PARENTS.get(here, here),
    }


def _seen(counted: queries.Waiting) -> str:
    """The counts in one word of the address."""
    return "-".join(str(number) for number in astuple(counted))
