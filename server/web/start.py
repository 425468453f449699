"""Start: the catalogue of processes, and the start form of each."""

from itertools import groupby

from flask import Blueprint, Response, jsonify, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from server.commands import drafts, favourites, process_instances
from server.identity.permissions import Permission
from server.queries import drafts as draft_queries
from server.queries import start_catalogue as queries
from server.queries import steps
from server.web.permissions import needs
from server.web.replies import body, done, sent_values, tell
from server.web.signed_in import acting
from server.web.uploads import receive, with_files
from server.web.words import gettext as _

blueprint = Blueprint("start", __name__, url_prefix="/start")
blueprint.before_request(needs(Permission.START))


@blueprint.get("")
def page() -> str:
    """The catalogue by category, favourites first."""
    text = request.args.get("q", "").strip()[:100]
    found = queries.catalogue(acting(), text)
    groups = [(name, tuple(entries)) for name, entries in groupby(found, key=lambda one: one.category)]
    loved = tuple(one for one in found if one.is_favourite)
    return render_template(
        "start.html", groups=([(_("Favourites"), loved)] if loved else []) + groups, count=len(found), text=text
    )


@blueprint.get("/<process_key>")
def form(process_key: str) -> str:
    """The start form of one process, and what happens next."""
    process = queries.startable(acting(), process_key)
    draft = draft_queries.draft_of(acting(), f"start:{process_key}")
    return render_template(
        "start_form.html",
        process=process,
        form=queries.start_form(process),
        values=draft.values if draft else {},
        draft=draft,
        steps=steps.ahead_of(process.definition_id),
    )


@blueprint.post("/<process_key>/submit")
def submit(process_key: str) -> Response:
    """Start it: {"values": {...}, "files": {...}} -> {"location": ...}."""
    sent = body()
    values = with_files(sent_values(sent), sent.get("files"))
    started = process_instances.start(acting(), process_key, values)
    called = started.business_key
    tell(_("Started %(called)s", called=called) if called else _("The request is started"))
    if sent.get("next") is True and started.user_task_id is not None:
        return jsonify(location=url_for("user_task.page", user_task_id=started.user_task_id))
    return jsonify(location=url_for("requests.page"))


@blueprint.post("/<process_key>/draft")
def draft(process_key: str) -> Response:
    queries.startable(acting(), process_key)
    saved_at = drafts.save(acting(), f"start:{process_key}", sent_values(body()))
    return jsonify(saved_at=saved_at.isoformat())


@blueprint.post("/<process_key>/draft/discard")
def discard_draft(process_key: str) -> AnyResponse:
    drafts.discard(acting(), f"start:{process_key}")
    return done(_("Draft discarded"), url_for(".form", process_key=process_key))


@blueprint.post("/<process_key>/files")
def upload(process_key: str) -> Response:
    """A file for a field of the start form; it belongs to the request once the form names it."""
    queries.startable(acting(), process_key)
    uploaded = receive()
    return make_response(jsonify(id=uploaded.id, name=uploaded.name, size=uploaded.size), 201)


@blueprint.post("/<process_key>/favourite")
def favourite(process_key: str) -> AnyResponse:
    """Keep it at the top, or not any more."""
    process = queries.startable(acting(), process_key)
    favourites.set_favourite(acting(), process_key, not process.is_favourite)
    word = (
        _("No favourite any more: %(name)s", name=process.name)
        if process.is_favourite
        else _("Now a favourite: %(name)s", name=process.name)
    )
    return done(word, url_for(".page"), url_for(".favourite", process_key=process_key))
