"""Subscribers under Administration: who outside is told which facts, and how each delivery went."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from server.commands import subscribers as commands
from server.commands.subscribers import Kept, Wanted
from server.errors import Conflict, Invalid
from server.identity.permissions import Permission
from server.identity.sealing import seal_of
from server.keyset import Slice
from server.queries import subscribers as queries
from server.queries.subscribers import DeliveryState
from server.sentences import Sentence, say
from server.web.administration import PAGE
from server.web.configuration import settings
from server.web.permissions import needs
from server.web.replies import done
from server.web.signed_in import acting
from server.web.typed import choice, sentences
from server.web.words import gettext as _

blueprint = Blueprint("subscribers", __name__, url_prefix="/administration/subscribers")
blueprint.before_request(needs(Permission.KEEP_SECRETS))
STATES = {
    DeliveryState.WAITING: ("info", "hourglass", say("Waiting")),
    DeliveryState.DELIVERED: ("ok", "circle-check", say("Delivered")),
    DeliveryState.DEAD: ("bad", "alert-triangle", say("Dead")),
}
ROWS = 25


@blueprint.get("/new")
def new() -> str:
    return _new({}, (), {})


@blueprint.post("/new")
def create() -> str | tuple[str, int]:
    """Have somebody told; the secret that signs is on this answer only."""
    form = request.form
    try:
        kept = commands.add(acting(), seal_of(settings()), _wanted(form), form.get("secret", "").strip())
    except Invalid as invalid:
        return _new(form, form.getlist("kinds"), sentences(invalid)), 422
    except Conflict as conflict:
        return _new(form, form.getlist("kinds"), {"": conflict.message}), 409
    return _one(kept.id, kept=kept)


@blueprint.get("/<subscriber_id>")
def subscriber(subscriber_id: str) -> str:
    return _one(subscriber_id)


@blueprint.post("/<subscriber_id>")
def change(subscriber_id: str) -> Response | tuple[str, int]:
    form = request.form
    try:
        commands.change(acting(), subscriber_id, _wanted(form))
    except Invalid as invalid:
        return _one(subscriber_id, form, form.getlist("kinds"), sentences(invalid)), 422
    return _done(say("%(name)s is changed"), subscriber_id)


@blueprint.post("/<subscriber_id>/secret")
def rotate(subscriber_id: str) -> str | tuple[str, int]:
    """Another secret, on this answer only; for a day the one before signs as well."""
    try:
        given = request.form.get("secret", "").strip()
        return _one(subscriber_id, kept=commands.rotate(acting(), seal_of(settings()), subscriber_id, given))
    except Invalid as invalid:
        return _one(subscriber_id, errors=sentences(invalid)), 422


@blueprint.post("/<subscriber_id>/pause")
def pause(subscriber_id: str) -> Response | tuple[str, int]:
    return _tried(subscriber_id, lambda: commands.pause(acting(), subscriber_id), say("%(name)s is paused"))


@blueprint.post("/<subscriber_id>/resume")
def resume(subscriber_id: str) -> Response | tuple[str, int]:
    return _tried(subscriber_id, lambda: commands.resume(acting(), subscriber_id), say("%(name)s is told again"))


@blueprint.post("/<subscriber_id>/trial")
def try_out(subscriber_id: str) -> Response | tuple[str, int]:
    return _tried(
        subscriber_id, lambda: commands.try_out(acting(), subscriber_id), say("%(name)s is sent a trial event")
    )


@blueprint.post("/<subscriber_id>/resend")
def resend_dead(subscriber_id: str) -> Response | tuple[str, int]:
    return _tried(
        subscriber_id, lambda: commands.resend_dead(acting(), subscriber_id), say("%(name)s is sent all that was dead")
    )


@blueprint.post("/<subscriber_id>/remove")
def remove(subscriber_id: str) -> Response:
    commands.remove(acting(), subscriber_id)
    return done(_("The subscriber is removed"), url_for("webhooks.page"))


@blueprint.get("/deliveries/<delivery_id>")
def delivery(delivery_id: str) -> str:
    """The event as it is sent, and how that went."""
    return _delivery(delivery_id)


@blueprint.post("/deliveries/<delivery_id>/resend")
def resend(delivery_id: str) -> Response | tuple[str, int]:
    try:
        commands.resend(acting(), delivery_id)
    except Conflict as conflict:
        return _delivery(delivery_id, conflict.message), 409
    return done(_("The delivery is sent again"), url_for(".delivery", delivery_id=delivery_id))


def _tried(subscriber_id: str, do: Callable[[], object], words: Sentence) -> Response | tuple[str, int]:
    try:
        do()
    except Conflict as conflict:
        return _one(subscriber_id, errors={"": conflict.message}), 409
    return _done(words, subscriber_id)


def _done(words: Sentence, subscriber_id: str) -> Response:
    """*words* is a sentence about the name of the subscriber."""
    name = queries.subscriber(acting(), subscriber_id).name
    return done(_(words.template, name=name), url_for(".subscriber", subscriber_id=subscriber_id))


def _wanted(form: MultiDict[str, str]) -> Wanted:
    keys = [key for line in form.get("process_keys", "").splitlines() for key in line.split(",")]
    return Wanted(form.get("name", ""), form.get("url", ""), form.getlist("kinds"), keys)


def _new(typed: Mapping[str, str], chosen: Sequence[str], errors: dict[str, str]) -> str:
    return render_template(
        "subscriber_new.html", page=PAGE, typed=typed, chosen=chosen, kinds=queries.kinds(), errors=errors
    )


def _one(
    subscriber_id: str,
    typed: Mapping[str, str] | None = None,
    chosen: Sequence[str] | None = None,
    errors: dict[str, str] | None = None,
    kept: Kept | None = None,
) -> str:
    view = queries.subscriber(acting(), subscriber_id)
    state = choice(DeliveryState, request.args.get("state", ""))
    part = queries.part(acting(), subscriber_id, state, Slice(ROWS, request.args.get("from", "")))
    more: dict[str, Any] = {"from": part.next}
    return render_template(
        "subscriber.html",
        page=PAGE,
        view=view,
        typed=typed or {"name": view.name, "url": view.url, "process_keys": ", ".join(view.process_keys)},
        chosen=view.kinds if chosen is None else chosen,
        kinds=queries.kinds(),
        errors=errors or {},
        kept=kept,
        state=state,
        deliveries=part.items,
        following=url_for(".subscriber", subscriber_id=subscriber_id, state=state, **more) if part.next else None,
        states=STATES,
        attempts=queries.attempts(),
    )


def _delivery(delivery_id: str, problem: str = "") -> str:
    row = queries.delivery(acting(), delivery_id)
    view = queries.subscriber(acting(), row.subscriber_id)
    return render_template("delivery.html", page=PAGE, row=row, view=view, states=STATES, problem=problem)
