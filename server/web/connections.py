"""Connections to other systems and the secrets they need: kept here, and never shown again."""

from collections.abc import Mapping

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from server.commands import connections as commands
from server.commands import secrets
from server.connectors import CONNECTORS
from server.connectors.calling import try_out
from server.connectors.operations import Operation, read_operations
from server.errors import Conflict, Failure, Invalid, NotFound
from server.identity.permissions import Permission
from server.identity.sealing import seal_of
from server.queries import connections as queries
from server.sentences import say
from server.web.administration import PAGE, tabs
from server.web.configuration import settings
from server.web.permissions import needs
from server.web.replies import done
from server.web.signed_in import acting
from server.web.typed import sentences
from server.web.words import gettext as _
from server.web.words import told

blueprint = Blueprint("connections", __name__, url_prefix="/administration/connections")
blueprint.before_request(needs(Permission.KEEP_SECRETS))
TITLES = {
    "http": "HTTP",
    "mail": say("Mail"),
    "sql": say("Database query"),
    "chat": say("Chat"),
    "openapi": "OpenAPI",
    "ai": say("AI agent"),
    "procession": "Procession",
    "webhook": say("Webhook of notices"),
}


@blueprint.get("")
def page() -> str:
    return _page()


@blueprint.post("/secrets")
def keep_secret() -> Response | tuple[str, int]:
    name = request.form.get("name", "").strip()
    try:
        # A browser sends a line break as two characters.
        value = request.form.get("value", "").replace("\r\n", "\n")
        secrets.keep(acting(), seal_of(settings()), name, value)
    except Invalid as invalid:
        return _page(name, sentences(invalid)), 422
    return done(_("The secret %(name)s is kept", name=name), url_for(".page"))


@blueprint.post("/secrets/<name>/remove")
def remove_secret(name: str) -> Response | tuple[str, int]:
    try:
        secrets.remove(acting(), name)
    except Conflict as conflict:
        return _page(errors={"": conflict.message}), 409
    return done(_("The secret %(name)s is removed", name=name), url_for(".page"))


@blueprint.get("/new/<connector>")
def new(connector: str) -> str:
    return _form(_known(connector), "", {}, {}, is_new=True)


@blueprint.post("/new/<connector>")
def create(connector: str) -> Response | tuple[str, int]:
    name, typed = request.form.get("name", "").strip(), _typed(_known(connector))
    try:
        if any(row.name == name for row in queries.connections(acting())):
            raise Conflict(say('There is a connection "%(name)s" already.', name=name))
        commands.keep(acting(), name, connector, typed)
    except Invalid as invalid:
        return _form(connector, name, typed, sentences(invalid), is_new=True), 422
    except Conflict as conflict:
        return _form(connector, name, typed, {"name": conflict.message}, is_new=True), 409
    return done(_("The connection %(name)s is kept", name=name), url_for(".connection", name=name))


@blueprint.get("/<name>")
def connection(name: str) -> str:
    row = queries.connection(acting(), name)
    return _form(row.connector, name, row.settings, {})


@blueprint.post("/<name>")
def change(name: str) -> Response | tuple[str, int]:
    connector = queries.connection(acting(), name).connector
    typed = _typed(connector)
    try:
        commands.keep(acting(), name, connector, typed)
    except Invalid as invalid:
        return _form(connector, name, typed, sentences(invalid)), 422
    return done(_("The connection %(name)s is kept", name=name), url_for(".connection", name=name))


@blueprint.post("/<name>/try")
def try_connection(name: str) -> Response | tuple[str, int]:
    """Ask the other end something that changes nothing there."""
    row = queries.connection(acting(), name)
    try:
        opened = commands.open_to_try(acting(), seal_of(settings()), name, row.connector)
        answer = try_out(row.connector, opened, settings())
    except (Failure, Invalid, NotFound) as trouble:
        return _form(row.connector, name, row.settings, {"": trouble.args[0]}), 422
    return done(told(answer), url_for(".connection", name=name))


@blueprint.post("/<name>/remove")
def remove(name: str) -> Response:
    commands.remove(acting(), name)
    return done(_("The connection %(name)s is removed", name=name), url_for(".page"))


def _known(connector: str) -> str:
    if connector not in CONNECTORS:
        raise NotFound(say("There is no such connector."))
    return connector


def _typed(connector: str) -> dict[str, str]:
    return {field.key: request.form.get(field.key, "").strip() for field in CONNECTORS[connector].fields}


def _operations(connector: str, typed: Mapping[str, str]) -> tuple[Operation, ...]:
    """What models can ask of the connection by name, where a document says so."""
    if connector != "openapi" or not typed.get("document"):
        return ()
    try:
        return tuple(read_operations(typed["document"])[0].values())
    except Invalid:
        return ()  # what is wrong with it is said at the field


def _page(name: str = "", errors: dict[str, str] | None = None) -> str:
    return render_template(
        "connections.html",
        page=PAGE,
        tabs=tabs(acting(), "connections"),
        rows=queries.connections(acting()),
        secrets=queries.secrets(acting()),
        titles={key: TITLES.get(key, key) for key in CONNECTORS},
        name=name,
        errors=errors or {},
    )


def _form(connector: str, name: str, typed: Mapping[str, str], errors: dict[str, str], is_new: bool = False) -> str:
    return render_template(
        "connection.html",
        page=PAGE,
        connector=connector,
        title=TITLES.get(connector, connector),
        fields=CONNECTORS[connector].fields,
        can_be_tried=CONNECTORS[connector].trial is not None,
        secrets=[(row.name, row.name) for row in queries.secrets(acting())],
        operations=_operations(connector, typed),
        use=None if is_new else queries.use(acting(), name),
        name=name,
        typed=typed,
        errors=errors,
        is_new=is_new,
    )
