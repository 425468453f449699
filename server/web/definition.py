"""One version of a process: its drawing with what goes on in it, its versions, its files; two versions compared."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from server.commands import definition_comments, deployments
from server.errors import Conflict, Invalid
from server.identity.permissions import Permission
from server.queries import definition_comments as remarks
from server.queries import definitions as queries
from server.queries import diagrams, forms, webhooks
from server.queries.definitions import DefinitionView
from server.queries.diagrams import Counts
from server.sentences import say
from server.web.exports import download
from server.web.paging import pages
from server.web.replies import done_at
from server.web.signed_in import acting
from server.web.words import gettext as _
from server.web.words import told

blueprint = Blueprint("definition", __name__, url_prefix="/definitions/<definition_id>")

MODES = (("running", say("Running")), ("incidents", say("Incidents")), ("completed", say("Completed")))
_TONES = {"running": "", "incidents": "bad", "completed": "ok"}
_KINDS = {"added": "added", "removed": "removed", "changed": "changed", "moved": "changed"}


@blueprint.get("")
def page(definition_id: str) -> str:
    return _page(definition_id)


def _page(definition_id: str, problem: str = "", reason: str = "", text: str | None = None) -> str:
    """`text`: the comment that was refused because of the *problem*; None: it is about something else."""
    view = queries.definition(acting(), definition_id)
    counts = diagrams.counts(acting(), definition_id)
    grounds = _grounds(view)
    mode = request.args.get("show", "")
    mode = mode if mode in _TONES else "running"
    wanted = request.args.get("page", "")
    at = int(wanted) if wanted.isdecimal() and len(wanted) < 7 else 1
    found = remarks.comments(acting(), definition_id, at)
    return render_template(
        "definition.html",
        view=view,
        counts=counts,
        mode=mode,
        modes=[
            (
                url_for(".page", definition_id=definition_id, show=key),
                told(name),
                _total(counts, key, grounds),
                key == mode,
            )
            for key, name in MODES
        ],
        state=diagram_state(counts, mode, view),
        earlier=next((line for line in view.versions if line.version < view.version), None),
        may_mend=acting().may(Permission.MEND),
        may_settle=acting().may(Permission.SETTLE_NOTICES),
        may_deploy=acting().may(Permission.DEPLOY),
        webhooks=webhooks.of_process(acting(), view.key) if acting().may(Permission.KEEP_WEBHOOKS) else None,
        problem=problem,
        reason=reason,
        comments=found,
        may_comment=acting().may(Permission.COMMENT),
        text=text,
        **pages(found.page, found.pages, remarks.PAGE, definition_id=definition_id, show=request.args.get("show")),
    )


def _grounds(view: DefinitionView) -> frozenset[str]:
    """The sub-processes: what goes on in them is counted at the elements inside."""
    return frozenset(element.key for element in view.elements if element.has_inside)


def _total(counts: Mapping[str, Counts], mode: str, grounds: frozenset[str]) -> int:
    """Incidents of a sub-process itself count; its tokens are those of the elements inside."""
    return sum(getattr(one, mode) for key, one in counts.items() if mode == "incidents" or key not in grounds)


def diagram_state(counts: Mapping[str, Counts], mode: str, view: DefinitionView) -> dict[str, Any]:
    """What the island paints: a pill and some heat where there is something, links of call activities."""
    numbers = {key: getattr(one, mode) for key, one in counts.items() if getattr(one, mode)}
    grounds = _grounds(view)
    most = max((number for key, number in numbers.items() if key not in grounds), default=1)
    word = told(dict(MODES)[mode])
    return {
        "quiet": True,
        "badges": [
            {"element": key, "text": str(number), "tone": _TONES[mode], "title": f"{word}: {number}"}
            for key, number in numbers.items()
        ],
        "heat": {key: min(number / most, 1) for key, number in numbers.items()},
        "problems": [
            {"element": note.element, "level": note.level, "text": told(note.text)}
            for note in view.notes
            if note.level in ("warning", "missing") and note.element and note.element not in numbers
        ],
    }


@blueprint.post("/comment")
def comment(definition_id: str) -> AnyResponse:
    text = request.form.get("text", "")
    try:
        definition_comments.write(acting(), definition_id, text)
    except Invalid as error:
        return make_response(_page(definition_id, error.message, text=text), 422)
    return done_at(_("Comment added"), url_for(".page", definition_id=definition_id) + "#comments")


@blueprint.get("/bpmn")
def bpmn(definition_id: str) -> Response:
    """The model for the viewer; with ?download=1 the untouched bytes under their own name."""
    if request.args.get("download"):
        name, content = diagrams.file(acting(), definition_id)
        return download(content, name.replace("\\", "/").rpartition("/")[2] or "model.bpmn", "application/octet-stream")
    response = Response(diagrams.drawing(acting(), definition_id), content_type="text/xml")
    # A version never changes, so a browser may keep its drawing.
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@blueprint.get("/forms/<element_key>")
def form(definition_id: str, element_key: str) -> str:
    """A form as people get it at an element, to look at only."""
    view = queries.definition(acting(), definition_id)
    name = next((line.name for line in view.elements if line.key == element_key), element_key)
    return render_template("form.html", view=view, name=name, form=forms.form_at(acting(), definition_id, element_key))


@blueprint.get("/difference/<other_id>")
def difference(definition_id: str, other_id: str) -> str:
    """What changed from the other version to this one, in words and on both drawings."""
    view = queries.definition(acting(), definition_id)
    compared = queries.comparison(acting(), other_id, definition_id)
    state: dict[str, list[dict[str, str]]] = {"added": [], "removed": [], "changed": []}
    for change in compared.changes:
        state[_KINDS[change.kind]].append({"element": change.element_key, "text": told(change.words)})
    return render_template("difference.html", view=view, compared=compared, state=state)


@blueprint.get("/difference")
def choose_difference(definition_id: str) -> str:
    """The same, with the other version chosen in a form."""
    return difference(definition_id, request.args.get("with", ""))


@blueprint.post("/suspend")
def suspend(definition_id: str) -> AnyResponse:
    return _switched(definition_id, suspends=True)


@blueprint.post("/resume")
def resume(definition_id: str) -> AnyResponse:
    return _switched(definition_id, suspends=False)


def _switched(definition_id: str, suspends: bool) -> AnyResponse:
    view = queries.definition(acting(), definition_id)
    reason = request.form.get("reason", "").strip()
    switch = deployments.suspend_definition if suspends else deployments.resume_definition
    try:
        if not reason:
            raise Invalid(_("Give a reason: the audit log keeps it."))
        switch(acting(), definition_id, reason)
    except Invalid as error:
        return make_response(_page(definition_id, error.message, reason), 422)
    except Conflict as error:
        return make_response(_page(definition_id, error.message, reason), 409)
    told_of = (
        _("Suspended %(name)s, version %(version)s", name=view.name, version=view.version)
        if suspends
        else _("Resumed %(name)s, version %(version)s", name=view.name, version=view.version)
    )
    return done_at(told_of, url_for(".page", definition_id=definition_id))
