"""Filters of every template: moments in the zone of whoever is signed in, deadlines and sizes in words, markdown."""

from datetime import UTC, datetime, tzinfo

from flask import Flask
from markupsafe import Markup, escape

from server import clock
from server.web.browsers import browser_text
from server.web.markdown import as_html
from server.web.moments import (
    ago_text,
    counted_text,
    day_text,
    due_chip,
    duration_text,
    in_text,
    priority_chip,
    size_text,
    zone_of,
)
from server.web.signed_in import acting, is_signed_in


def install(app: Flask) -> None:
    """Make them filters of every template; those about time use the zone of whoever is signed in."""
    app.jinja_env.filters |= {
        "moment": _moment,
        "day": lambda moment: day_text(moment, _zone()),
        "ago": lambda moment: ago_text(moment, clock.now()),
        "since": lambda moment: duration_text(clock.now() - moment),
        "in_time": lambda moment: in_text(moment, clock.now()),
        "due": lambda due: due_chip(due, clock.now(), _zone()),
        "priority": priority_chip,
        "browser": browser_text,
        "size": size_text,
        "counted": counted_text,
        "markdown": as_html,
    }


def _zone() -> tzinfo:
    return zone_of(acting().zone) if is_signed_in() else UTC


def _moment(moment: datetime, seconds: bool = False) -> Markup:
    local = moment.astimezone(_zone())
    text = local.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")
    return Markup('<time datetime="{}">{}</time>').format(escape(local.isoformat(timespec="seconds")), text)
