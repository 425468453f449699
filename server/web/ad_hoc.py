"""What next? People choose what is done next in an ad-hoc sub-process, and say that enough has been done."""

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from server.commands import ad_hoc as commands
from server.errors import Conflict
from server.identity.permissions import Permission
from server.queries import ad_hoc as queries
from server.queries import process_instances
from server.web.permissions import needs
from server.web.replies import done, done_at
from server.web.signed_in import acting
from server.web.words import gettext as _

blueprint = Blueprint("ad_hoc", __name__, url_prefix="/instances/<instance_id>/next")
blueprint.before_request(needs(Permission.WORK))


@blueprint.get("")
def page(instance_id: str) -> str:
    """The same card as on the pages of the instance and of its user tasks, alone; refusals are told here."""
    return _page(instance_id)


def _page(instance_id: str, problem: str = "") -> str:
    actor = acting()
    return render_template(
        "ad_hoc.html",
        view=process_instances.instance(actor, instance_id),
        choosing=queries.open_ad_hoc(actor, instance_id),
        problem=problem,
    )


@blueprint.post("/<int:activity>")
def start(instance_id: str, activity: int) -> Response:
    """Begin what was chosen; who can do it themselves is led there."""
    element_key, names = request.form.get("element", ""), _names(instance_id, activity)
    try:
        user_task_id = commands.start_activity(acting(), instance_id, activity, element_key)
    except Conflict as error:
        return make_response(_page(instance_id, error.message), 409)
    told = _("%(name)s can be done now", name=names.get(element_key, element_key))
    if user_task_id is not None:
        return done_at(told, url_for("user_task.page", user_task_id=user_task_id))
    return done(told, url_for("instance.page", instance_id=instance_id))


@blueprint.post("/<int:activity>/finish")
def finish(instance_id: str, activity: int) -> Response:
    """Enough has been done."""
    names = _names(instance_id, activity)
    try:
        commands.finish(acting(), instance_id, activity)
    except Conflict as error:
        return make_response(_page(instance_id, error.message), 409)
    return done_at(_("Finished %(name)s", name=names.get("", "")), url_for("instance.page", instance_id=instance_id))


def _names(instance_id: str, activity: int) -> dict[str, str]:
    """What people call the choices of an ad-hoc sub-process, by their keys, and itself under ""."""
    found = next((one for one in queries.open_ad_hoc(acting(), instance_id) if one.activity == activity), None)
    return {choice.element_key: choice.name for choice in found.choices} | {"": found.name} if found else {}
