"""Batches: how far what is done to many has come, what failed, pausing and stopping it, and beginning one."""

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from server.commands import batches as commands
from server.errors import Conflict, Invalid
from server.identity.permissions import Permission
from server.keyset import Slice
from server.queries import batches as queries
from server.queries import process_instances
from server.queries.batches import BatchKind, BatchState
from server.queries.operations import strip
from server.queries.process_instances import InstanceLine
from server.sentences import say
from server.web.instances import wanted_instances
from server.web.operations import tabs
from server.web.permissions import needs
from server.web.replies import done_at
from server.web.signed_in import acting
from server.web.typed import choice, reason, sentences
from server.web.words import gettext as _

blueprint = Blueprint("batches", __name__, url_prefix="/operations/batches")
blueprint.before_request(needs(Permission.SEE_OPERATIONS))
KINDS = {
    BatchKind.RETRY: say("Retry incidents"),
    BatchKind.SKIP: say("Skip what failed"),
    BatchKind.CANCEL: say("Cancel instances"),
    BatchKind.SUSPEND: say("Suspend instances"),
    BatchKind.RESUME: say("Resume instances"),
}
STATES = {
    BatchState.RUNNING: ("info", "refresh", say("Running")),
    BatchState.PAUSED: ("warn", "player-pause", say("Paused")),
    BatchState.STOPPED: ("", "ban", say("Stopped")),
    BatchState.FINISHED: ("ok", "check", say("Finished")),
}
PAGE = 50
MOST = 1_000  # instances that are chosen by a filter


@blueprint.get("")
def page() -> str:
    numbers, cursor = strip(acting()), request.args.get("cursor", "")
    found = queries.part(acting(), Slice(PAGE, cursor))
    return render_template(
        "batches.html",
        strip=numbers,
        tabs=tabs(numbers, "batches"),
        found=found,
        kinds=KINDS,
        states=STATES,
        following=url_for(".page", cursor=found.next) if found.next else None,
        first=url_for(".page") if cursor else None,
    )


@blueprint.get("/<batch_id>")
def batch(batch_id: str) -> str | tuple[str, int]:
    """One batch. The poll of its page gets the progress alone."""
    found = queries.batch(acting(), batch_id)
    return render_template(
        "batch_progress.html" if "HX-Request" in request.headers else "batch.html",
        row=found.line,
        failures=found.failures,
        most=queries.FAILURES,
        kinds=KINDS,
        states=STATES,
        may_mend=acting().may(Permission.MEND),
    )


@blueprint.post("/<batch_id>/pause")
def pause(batch_id: str) -> Response:
    commands.pause(acting(), batch_id)
    return done_at(_("The batch is paused"), url_for(".batch", batch_id=batch_id))


@blueprint.post("/<batch_id>/go-on")
def go_on(batch_id: str) -> Response:
    commands.go_on(acting(), batch_id)
    return done_at(_("The batch goes on"), url_for(".batch", batch_id=batch_id))


@blueprint.post("/<batch_id>/stop")
def stop(batch_id: str) -> Response:
    commands.stop(acting(), batch_id)
    return done_at(_("The batch is stopped"), url_for(".batch", batch_id=batch_id))


@blueprint.get("/instances")
def choose() -> str:
    """What cancelling, suspending or resuming the chosen instances would touch."""
    if "all" not in request.args:
        return _asked(request.args.getlist("instance"))
    living = [row.id for row in process_instances.exported(acting(), wanted_instances()[0]) if row.ended_at is None]
    return _asked(living[:MOST], is_cut=len(living) > MOST)


@blueprint.post("/instances")
def begin() -> Response | tuple[str, int]:
    chosen, kind = request.form.getlist("instance"), choice(BatchKind, request.form.get("kind", ""))
    try:
        words = reason(request.form.get("reason", ""))
        begun = commands.of_instances(acting(), kind or BatchKind.CANCEL, chosen, "", words)
    except Invalid as invalid:
        return _asked(chosen, sentences(invalid)), 422
    except Conflict as conflict:
        return _asked(chosen, {"": conflict.message}), 409
    return done_at(_("The batch of %(count)s has begun", count=begun.items), url_for(".batch", batch_id=begun.id))


def _asked(chosen: list[str], errors: dict[str, str] | None = None, is_cut: bool = False) -> str:
    kind = choice(BatchKind, request.values.get("kind", "")) or BatchKind.CANCEL
    rows = process_instances.chosen(acting(), chosen)
    return render_template(
        "batch_instances.html",
        kind=kind,
        title=KINDS[kind],
        rows=rows,
        ready=[row for row in rows if _fits(kind, row)],
        typed=request.form,
        errors=errors or {},
        is_cut=is_cut,
    )


def _fits(kind: BatchKind, row: InstanceLine) -> bool:
    fitting = {BatchKind.SUSPEND: ("active",), BatchKind.RESUME: ("suspended",)}
    return row.state in fitting.get(kind, ("active", "suspended"))
