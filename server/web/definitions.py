"""Process definitions: the list of processes, and deploying files onto it."""

from contextlib import closing
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from server.commands import deployments
from server.errors import Forbidden, Invalid, Problem
from server.identity.permissions import Permission
from server.queries import definitions as queries
from server.queries.definitions import Only, Sort
from server.sentences import say
from server.web.permissions import needs
from server.web.signed_in import acting
from server.web.words import gettext as _

blueprint = Blueprint("definitions", __name__, url_prefix="/definitions")
blueprint.before_request(needs(Permission.SEE_DEFINITIONS))

SORTS = (
    (Sort.NAME, say("Name")),
    (Sort.DEPLOYED, say("Last deployed")),
    (Sort.RUNNING, say("Most running")),
    (Sort.INCIDENTS, say("Most incidents")),
)
STATES = (
    (Only.ANY, say("Any state")),
    (Only.ACTIVE, say("Active")),
    (Only.SUSPENDED, say("Suspended")),
    (Only.INCIDENTS, say("With incidents")),
)


@blueprint.get("")
def page() -> str:
    """Every process by its latest version."""
    return _list()


@blueprint.post("/deploy")
def deploy() -> Response:
    """Check and deploy files; the answer is a part of the page, or the whole page without scripts."""
    status, outcome = _deployed()
    if "HX-Request" in request.headers:
        response = make_response(render_template("deployed.html", **outcome), status)
        if status == 200:
            response.headers["HX-Trigger"] = "deployed"  # the list below asks for itself anew
        return response
    return make_response(_list(outcome), status)


def _deployed() -> tuple[int, dict[str, Any]]:
    """The status, and what the person is told: `deployed`, or `message` and `problems`."""
    try:
        uploads = [file for file in request.files.getlist("file") if file.filename]
        files = [(file.filename or "", _content(file)) for file in uploads]
        drawn = bool(request.form.get("for_documentation"))
        return 200, {"deployed": deployments.deploy(acting(), files, for_documentation=drawn)}
    except RequestEntityTooLarge:
        text = _("These files are too large to be sent together. Deploy fewer at once, or make the file smaller.")
        return 413, {"message": text, "problems": ()}
    except Forbidden:
        return 403, {"message": _("You may not deploy models. An analyst can."), "problems": ()}
    except Invalid as error:
        problems: tuple[Problem, ...] = error.problems
        drawable = isinstance(error, deployments.Unfinished) and error.drawable
        return 422, {"message": error.message, "problems": problems, "drawable": drawable}


def _content(file: FileStorage) -> bytes:
    with closing(file):
        return bytes(file.stream.read())


def _list(outcome: dict[str, Any] | None = None) -> str:
    text = request.args.get("q", "").strip()[:100]
    given, order = request.args.get("state", ""), request.args.get("sort", "")
    only = Only(given) if given in set(Only) else Only.ANY
    sort = Sort(order) if order in set(Sort) else Sort.NAME
    found, total = queries.processes(acting(), text, only, sort)
    return render_template(
        "definitions.html",
        rows=found,
        total=total,
        text=text,
        only=only,
        sort=sort,
        sorts=SORTS,
        states=STATES,
        may_deploy=acting().may(Permission.DEPLOY),
        outcome=outcome,
    )
