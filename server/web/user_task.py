"""One user task: its form, where it is, who said what; claim, release, hand over, ask back, complete."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, make_response, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from server import clock, files
from server.commands import comments, drafts, process_instances
from server.commands import user_tasks as commands
from server.errors import Conflict, NotFound
from server.queries import ad_hoc, conversation, forms, people, steps
from server.queries import drafts as draft_queries
from server.queries import inbox as inbox_queries
from server.queries import user_tasks as queries
from server.queries.user_tasks import UserTaskView
from server.web.configuration import settings
from server.web.moments import ago_text
from server.web.replies import body, done, sent_values, tell
from server.web.signed_in import acting
from server.web.uploads import receive, with_files
from server.web.words import gettext as _

blueprint = Blueprint("user_task", __name__)
ADDRESS = "/user-tasks/<user_task_id>"


@blueprint.get(ADDRESS)
def page(user_task_id: str) -> str:
    """The page; it can be read by everybody who may see the request, and filled in by who may do it."""
    actor = acting()
    view = _view(user_task_id)
    form = forms.form_of(actor, user_task_id) if view.state != "cancelled" else None
    draft = draft_queries.draft_of(actor, f"user_task:{user_task_id}") if view.is_workable else None
    attached = conversation.files(actor, view.instance_id)
    return render_template(
        "user_task.html",
        task=view,
        form=form,
        values=(form.values | (draft.values if draft else {})) if form is not None else {},
        draft=draft,
        marks=_state(view),
        steps=steps.of_instances(actor, [view.instance_id], shown=4).get(view.instance_id, ()),
        comments=conversation.comments(actor, view.instance_id),
        files=attached,
        handed_in=[file for file in attached if form is not None and file.id in form.file_ids],
        choosing=ad_hoc.open_ad_hoc(actor, view.instance_id),
        deeds=conversation.deeds(actor, view.instance_id),
        people=people.successors(actor, user_task_id) if view.is_workable or view.is_led else (),
    )


def _state(view: UserTaskView) -> dict[str, Any]:
    marks = queries.marks(acting(), view.instance_id)
    state: dict[str, Any] = {
        "done": marks.done,
        "active": marks.active,
        "failed": marks.failed,
        "focus": view.element_key,
    }
    if view.state == "open":
        who = _("you") if view.is_mine else view.assignee_name or _("nobody yet")
        state["badges"] = [{"element": view.element_key, "text": who}]
    return state


@blueprint.post(f"{ADDRESS}/claim")
def claim(user_task_id: str) -> AnyResponse:
    commands.claim(acting(), user_task_id)
    view = queries.user_task(acting(), user_task_id)
    return done(
        _("Claimed %(called)s", called=_called(view)),
        _here(user_task_id),
        url_for(".release", user_task_id=user_task_id),
    )


@blueprint.post(f"{ADDRESS}/release")
def release(user_task_id: str) -> AnyResponse:
    view = queries.user_task(acting(), user_task_id)
    commands.release(acting(), user_task_id)
    return done(
        _("Released %(called)s", called=_called(view)),
        url_for("inbox.page"),
        url_for(".claim", user_task_id=user_task_id),
    )


@blueprint.post(f"{ADDRESS}/delegate")
def delegate(user_task_id: str) -> AnyResponse:
    view = queries.user_task(acting(), user_task_id)
    person_id, reason = request.form.get("person_id", ""), request.form.get("reason", "")
    commands.delegate(acting(), user_task_id, person_id, reason)
    name = people.names([person_id]).get(person_id, person_id)
    return done(_("Handed %(called)s over to %(name)s", called=_called(view), name=name), _here(user_task_id))


@blueprint.post(f"{ADDRESS}/reassign")
def reassign(user_task_id: str) -> AnyResponse:
    view = queries.user_task(acting(), user_task_id)
    person_id = request.form.get("person_id") or None
    commands.reassign(acting(), user_task_id, person_id, request.form.get("reason", ""))
    return done(_("Reassigned %(called)s", called=_called(view)), _here(user_task_id))


@blueprint.post(f"{ADDRESS}/ask-back")
def ask_back(user_task_id: str) -> AnyResponse:
    view = queries.user_task(acting(), user_task_id)
    commands.ask_back(acting(), user_task_id, request.form.get("text", ""))
    return done(_("Asked %(name)s", name=view.requester_name), _here(user_task_id))


@blueprint.post(f"{ADDRESS}/answer")
def answer(user_task_id: str) -> AnyResponse:
    commands.answer(acting(), user_task_id, request.form.get("text", ""))
    return done(_("Answer sent"), _here(user_task_id))


@blueprint.post(f"{ADDRESS}/comment")
def comment(user_task_id: str) -> AnyResponse:
    view = queries.user_task(acting(), user_task_id)
    comments.write(acting(), view.instance_id, request.form.get("text", ""), user_task_id)
    return done(_("Comment added"), _here(user_task_id))


@blueprint.post(f"{ADDRESS}/follow")
def follow(user_task_id: str) -> AnyResponse:
    view = queries.user_task(acting(), user_task_id)
    process_instances.follow(acting(), view.instance_id, not view.is_followed)
    undo = url_for(".follow", user_task_id=user_task_id)
    return done(
        _("Not followed any more") if view.is_followed else _("You follow this request"), _here(user_task_id), undo
    )


@blueprint.post(f"{ADDRESS}/draft")
def draft(user_task_id: str) -> Response:
    """Keep what has been typed so far: {"values": {...}}."""
    saved_at = drafts.save(acting(), f"user_task:{user_task_id}", sent_values(body()))
    return jsonify(saved_at=saved_at.isoformat())


@blueprint.post(f"{ADDRESS}/draft/discard")
def discard_draft(user_task_id: str) -> AnyResponse:
    drafts.discard(acting(), f"user_task:{user_task_id}")
    return done(_("Draft discarded"), _here(user_task_id))


@blueprint.post(f"{ADDRESS}/submit")
def submit(user_task_id: str) -> Response:
    """Complete it: {"values": {...}, "files": {path: [ids]}, "next": bool} -> {"location": ...}."""
    sent = body()
    values = with_files(sent_values(sent), sent.get("files"))
    actor = acting()
    try:
        completed = commands.complete(actor, user_task_id, values)
    except (Conflict, NotFound) as error:
        faster = _faster(user_task_id)
        if faster is None:
            raise
        raise Conflict(faster) from error
    tell(_("Completed %(called)s", called=completed.called))
    location = url_for("inbox.page")
    if sent.get("next") is True:
        following = completed.next_user_task_id or inbox_queries.next_after(actor, user_task_id, clock.now())
        location = url_for(".page", user_task_id=following) if following else location
    return jsonify(location=location)


@blueprint.post(f"{ADDRESS}/files")
def upload(user_task_id: str) -> Response:
    """A file for a field of the form (it belongs to the request once the form names it), or for the request itself."""
    view = queries.user_task(acting(), user_task_id)
    is_of_field = bool(request.form.get("field"))
    uploaded = receive(None if is_of_field else view.instance_id, user_task_id)
    if is_of_field:
        return make_response(jsonify(id=uploaded.id, name=uploaded.name, size=uploaded.size), 201)
    return make_response(done(_("Added %(name)s", name=uploaded.name), _here(user_task_id)))


@blueprint.get("/files/<attachment_id>")
def download(attachment_id: str) -> Response:
    """The bytes of a file, never shown in the browser: they are somebody else's."""
    found = conversation.stored_file(acting(), attachment_id)
    path = files.existing(settings().files_path, found.digest)
    response = send_file(
        path.absolute(), mimetype="application/octet-stream", as_attachment=True, download_name=found.name
    )
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
    return response


def _view(user_task_id: str) -> UserTaskView:
    """The user task; who was a candidate and came too late is told who was faster. Raises NotFound."""
    try:
        return queries.user_task(acting(), user_task_id)
    except NotFound:
        faster = _faster(user_task_id)
        raise NotFound(_("%(faster)s Your draft was kept.", faster=faster) if faster else None) from None


def _faster(user_task_id: str) -> str | None:
    """Who was faster, and when: "Claimed by Grace 2 min ago."."""
    ended = queries.ended_for(acting(), user_task_id)
    if ended is not None:
        ago = ago_text(ended.ended_at, clock.now())
        if ended.state == "completed":
            return _("Completed by %(name)s %(ago)s.", name=ended.ended_by_name, ago=ago)
        return _("Ended by %(name)s %(ago)s.", name=ended.ended_by_name, ago=ago)
    try:
        view = queries.user_task(acting(), user_task_id)
    except NotFound:
        return None
    if view.state == "completed" and view.ended_at is not None:
        ago = ago_text(view.ended_at, clock.now())
        return _("Completed by %(name)s %(ago)s.", name=view.ended_by_name, ago=ago)
    if view.state == "open" and view.assignee is not None and not view.is_mine:
        ago = ago_text(view.claimed_at or view.created_at, clock.now())
        return _("Claimed by %(name)s %(ago)s.", name=view.assignee_name, ago=ago)
    return None


def _called(view: UserTaskView) -> str:
    return view.business_key or view.name


def _here(user_task_id: str) -> str:
    return url_for(".page", user_task_id=user_task_id)
