"""Webhooks under Administration: opened on processes, changed, paused, with the calls that came."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from server.commands import webhooks as commands
from server.commands.webhooks import Opened, Wanted
from server.errors import Conflict, Invalid, NotFound, Problem, Rejection
from server.identity.permissions import Permission
from server.identity.sealing import seal_of
from server.keyset import Slice
from server.queries import subscribers
from server.queries import webhooks as queries
from server.queries.webhooks import CallState, WebhookView
from server.sentences import say
from server.web.administration import PAGE, tabs
from server.web.configuration import own_address, settings
from server.web.permissions import needs
from server.web.replies import done
from server.web.signed_in import acting
from server.web.typed import choice, sentences
from server.web.words import gettext as _
from server.web.words import told

blueprint = Blueprint("webhooks", __name__, url_prefix="/administration/webhooks")
blueprint.before_request(needs(Permission.KEEP_WEBHOOKS))
WAYS = (("signature", say("A signature (Standard Webhooks)")), ("token", say("A token in a header")))
STATES = {
    CallState.TAKEN: ("ok", "circle-check", say("Taken")),
    CallState.REFUSED: ("bad", "ban", say("Refused")),
}
ROWS = 25
_FIELDS = ("name", "verification", "token_header", "payload_schema", "business_key", "correlation_key", "key_header")


@blueprint.get("")
def page() -> str:
    """Every webhook; with them, for those who keep secrets, the subscribers that are told facts."""
    may_tell = acting().may(Permission.KEEP_SECRETS)
    return render_template(
        "webhooks.html",
        page=PAGE,
        tabs=tabs(acting(), "webhooks"),
        rows=queries.listed(acting()),
        subscribers=subscribers.listed(acting()) if may_tell else None,
        choices=_processes(),
    )


@blueprint.get("/new")
def new() -> str:
    """Choose the element of a process, and how calls prove who sent them."""
    process_key, element_key = request.args.get("process", ""), request.args.get("element", "")
    return _new(process_key, {"element_key": element_key, "verification": "signature"}, {})


@blueprint.post("/new")
def create() -> str | tuple[str, int]:
    """Open one; its secret is on this answer only."""
    process_key, typed = request.args.get("process", ""), request.form.to_dict()
    try:
        element_key, secret = typed.get("element_key", ""), typed.get("secret", "").strip()
        wanted = _wanted(typed)
        opened = commands.open_webhook(acting(), seal_of(settings()), process_key, element_key, wanted, secret)
    except Invalid as invalid:
        return _new(process_key, typed, sentences(invalid)), 422
    return _one(opened.id, opened=opened)


@blueprint.get("/<webhook_id>")
def webhook(webhook_id: str) -> str:
    return _one(webhook_id)


@blueprint.post("/<webhook_id>")
def change(webhook_id: str) -> Response | tuple[str, int]:
    typed = request.form.to_dict()
    try:
        commands.change(acting(), webhook_id, _wanted(typed))
    except Invalid as invalid:
        return _one(webhook_id, typed=typed, errors=sentences(invalid)), 422
    return done(
        _("The webhook %(name)s is changed", name=typed["name"].strip()), url_for(".webhook", webhook_id=webhook_id)
    )


@blueprint.post("/<webhook_id>/secret")
def rotate(webhook_id: str) -> str | tuple[str, int]:
    """Another secret, on this answer only; the one before is good for a day more."""
    try:
        given = request.form.get("secret", "").strip()
        return _one(webhook_id, opened=commands.rotate(acting(), seal_of(settings()), webhook_id, given))
    except Invalid as invalid:
        return _one(webhook_id, errors=sentences(invalid)), 422


@blueprint.post("/<webhook_id>/pause")
def pause(webhook_id: str) -> Response | tuple[str, int]:
    return _switched(webhook_id, is_paused=True)


@blueprint.post("/<webhook_id>/resume")
def resume(webhook_id: str) -> Response | tuple[str, int]:
    return _switched(webhook_id, is_paused=False)


@blueprint.post("/<webhook_id>/close")
def close(webhook_id: str) -> Response:
    commands.close(acting(), webhook_id)
    return done(_("The webhook is closed"), url_for(".page"))


@blueprint.get("/calls/<call_id>")
def call(call_id: str) -> str:
    """What came with one call, and what came of it."""
    return _call(call_id)


@blueprint.post("/calls/<call_id>/replay")
def replay(call_id: str) -> Response | tuple[str, int]:
    try:
        taken = commands.replay(acting(), call_id)
    except NotFound as missing:
        return _call(call_id, missing), 404
    except (Invalid, Conflict) as rejection:
        return _call(call_id, rejection), 422 if isinstance(rejection, Invalid) else 409
    return done(_("The call was taken once more"), url_for(".call", call_id=taken.id))


def _switched(webhook_id: str, is_paused: bool) -> Response | tuple[str, int]:
    switch = commands.pause if is_paused else commands.resume
    try:
        switch(acting(), webhook_id)
    except Conflict as conflict:
        return _one(webhook_id, errors={"": conflict.message}), 409
    text = _("The webhook is paused") if is_paused else _("The webhook takes calls again")
    return done(text, url_for(".webhook", webhook_id=webhook_id))


def _processes() -> list[tuple[str, str]]:
    found = queries.processes(acting())
    return [(row.key, row.name) for row in found]


def _new(process_key: str, typed: Mapping[str, str], errors: dict[str, str]) -> str:
    places = queries.places(acting(), process_key)
    choices = [(one.element_key, _place(one.element, one.message)) for one in places]
    return render_template(
        "webhook_new.html",
        page=PAGE,
        process_key=process_key,
        choices=choices,
        ways=_ways(),
        typed={"key_header": "webhook-id", "token_header": "authorization"} | dict(typed),
        errors=errors,
    )


def _ways() -> list[tuple[str, str]]:
    return [(way, told(words)) for way, words in WAYS]


def _place(element: str, message: str | None) -> str:
    if message is None:
        return _("%(element)s: starts the process", element=element)
    return _("%(element)s: brings the message %(message)s", element=element, message=message)


def _wanted(typed: Mapping[str, str]) -> Wanted:
    given: dict[str, Any] = {name: typed[name].replace("\r\n", "\n") for name in _FIELDS if typed.get(name)}
    return Wanted(**{"name": "", **given, "variables": _variables(typed.get("variables", ""))})


def _variables(text: str) -> dict[str, str]:
    """One a line: name = expression. Raises Invalid."""
    found = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, sign, formula = line.partition("=")
        if not sign:
            sentence = _("Write name = expression on each line; %(line)s has no equals sign.", line=line[:50])
            raise Invalid(sentence, [Problem(sentence, element="variables")])
        found[name.strip()] = formula.strip()
    return found


def _one(
    webhook_id: str,
    typed: Mapping[str, str] | None = None,
    errors: dict[str, str] | None = None,
    opened: Opened | None = None,
) -> str:
    view = queries.webhook(acting(), webhook_id)
    state = choice(CallState, request.args.get("state", ""))
    part = queries.part(acting(), webhook_id, state, Slice(ROWS, request.args.get("from", "")))
    return render_template(
        "webhook.html",
        page=PAGE,
        view=view,
        url=_url(view),
        ways=_ways(),
        typed=typed or _as_typed(view),
        errors=errors or {},
        opened=opened,
        calls=part.items,
        following=_older(webhook_id, state, part.next),
        states=STATES,
    )


def _older(webhook_id: str, state: CallState | None, cursor: str | None) -> str | None:
    """Where the calls before those that are shown stand."""
    more: dict[str, Any] = {"from": cursor}
    return url_for(".webhook", webhook_id=webhook_id, state=state, **more) if cursor else None


def _url(view: WebhookView) -> str:
    """The whole address, as people reach this installation."""
    return f"{own_address()}/hooks/{view.address}"


def _as_typed(view: WebhookView) -> dict[str, str]:
    typed = {name: getattr(view, name) or "" for name in _FIELDS}
    return typed | {"variables": "\n".join(f"{name} = {text}" for name, text in view.variables.items())}


def _call(call_id: str, rejection: Rejection | None = None) -> str:
    row = queries.call(acting(), call_id)
    problems = rejection.problems if isinstance(rejection, Invalid) else ()
    return render_template(
        "webhook_call.html",
        page=PAGE,
        row=row,
        view=queries.webhook(acting(), row.webhook_id),
        states=STATES,
        problem=rejection.message if rejection is not None else "",
        problems=problems,
        may_replay=acting().may(Permission.KEEP_SECRETS),
    )
