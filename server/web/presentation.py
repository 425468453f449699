"""Filters of every template: moments in the zone of whoever is signed in, deadlines and sizes in words, markdown."""

from datetime import UTC, datetime, tzinfo

from flask import Flask
from markupsafe import Markup, escape

from server import clock
from server.identity.permissions import Role
from server.sentences import say
from server.web.browsers import browser_text
from server.web.markdown import as_html
from server.web.moments import (
    ago_text,
    counted_text,
    date_text,
    day_text,
    due_chip,
    in_text,
    moment_text,
    priority_chip,
    since_text,
    size_text,
    zone_of,
)
from server.web.signed_in import acting, is_signed_in
from server.web.words import speaking, told

_ROLES = {
    Role.PARTICIPANT: say("Participant"),
    Role.ANALYST: say("Analyst"),
    Role.OPERATOR: say("Operator"),
    Role.AUDITOR: say("Auditor"),
    Role.ADMINISTRATOR: say("Administrator"),
    Role.WORKER: say("Worker"),
}


def install(app: Flask) -> None:
    """Make them filters of every template; those about time use the zone of whoever is signed in."""
    app.jinja_env.filters |= {
        "moment": _moment,
        "day": lambda moment: day_text(moment, _zone()),
        "date": date_text,
        "country": lambda code, name: speaking().country(code, name),
        "ago": lambda moment: ago_text(moment, clock.now()),
        "since": lambda moment: since_text(moment, clock.now()),
        "in_time": lambda moment: in_text(moment, clock.now()),
        "due": lambda due: due_chip(due, clock.now(), _zone()),
        "priority": priority_chip,
        "browser": browser_text,
        "size": size_text,
        "counted": counted_text,
        "markdown": as_html,
        "role": _role,
        "ended": _ended,
    }


def _zone() -> tzinfo:
    return zone_of(acting().zone) if is_signed_in() else UTC


def _moment(moment: datetime, seconds: bool = False) -> Markup:
    local = moment.astimezone(_zone())
    text = moment_text(moment, _zone(), seconds)
    return Markup('<time datetime="{}">{}</time>').format(escape(local.isoformat(timespec="seconds")), text)


def _role(role: str) -> str:
    return told(_ROLES[Role(role)]) if role in set(Role) else role


def _ended(reason: str) -> str:
    """Why something ended: what was done by a command, and the reason that somebody gave for it."""
    word, colon, words = reason.partition(": ")
    return f"{told(word)}: {words}" if colon and word in ("Withdrawn", "Cancelled") else told(reason)
