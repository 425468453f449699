"""Decisions: the list, one version with its table, its file, and a form to try it."""

from flask import Blueprint, Response, make_response, render_template, request

from server.errors import Failure, Invalid
from server.identity.permissions import Permission
from server.queries import decisions as queries
from server.queries.decisions import Trial
from server.web.exports import download
from server.web.permissions import needs
from server.web.signed_in import acting

blueprint = Blueprint("decisions", __name__, url_prefix="/decisions")
blueprint.before_request(needs(Permission.SEE_DEFINITIONS))
FIELD = "v."
"""What the names of the trial's fields begin with, so that no variable is taken for anything else."""


@blueprint.get("")
def page() -> str:
    """Every decision by its latest version."""
    text = request.args.get("q", "").strip()[:100]
    rows, total = queries.lines(acting(), text)
    return render_template("decisions.html", rows=rows, total=total, text=text)


@blueprint.get("/<definition_id>")
def decision(definition_id: str) -> str:
    return _page(definition_id)


@blueprint.post("/<definition_id>")
def trial(definition_id: str) -> Response:
    """Make the decision for what was written down; nothing is kept of it."""
    given = {name.removeprefix(FIELD): text for name, text in request.form.items() if name.startswith(FIELD)}
    try:
        found = queries.tried(acting(), definition_id, given)
        return make_response(_page(definition_id, given, found))
    except Invalid as error:
        errors = {problem.element or "": problem.text for problem in error.problems}
        return make_response(_page(definition_id, given, errors=errors), 422)
    except Failure as failure:
        return make_response(_page(definition_id, given, Trial("", (), (str(failure),), True)), 422)


def _page(
    definition_id: str,
    given: dict[str, str] | None = None,
    found: Trial | None = None,
    errors: dict[str, str] | None = None,
) -> str:
    view = queries.decision(acting(), definition_id)
    return render_template(
        "decision.html", view=view, given=given or {}, trial=found, errors=errors or {}, prefix=FIELD
    )


@blueprint.get("/<definition_id>/dmn")
def file(definition_id: str) -> Response:
    """The untouched bytes under their own name."""
    name, content = queries.file(acting(), definition_id)
    return download(content, name.replace("\\", "/").rpartition("/")[2] or "decision.dmn", "application/octet-stream")
