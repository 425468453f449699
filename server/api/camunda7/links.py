"""Where Camunda Modeler's links land: on our pages of the instance and of the definitions, which ask to sign in."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from server.api.camunda7.wording import answers
from server.api.camunda7.wording.answers import answer
from server.api.camunda7.wording.ids import row_id

blueprint = Blueprint("camunda7_links", __name__)
answers.install(blueprint)


@blueprint.get("/.well-known/camunda-automation-platform/webapps")
def webapps() -> Response:
    """No address here may end in "cockpit": the Modeler would add to it what its own pages need."""
    host = request.host_url
    return answer({"adminUrl": f"{host}people", "cockpitUrl": f"{host}ui/", "tasklistUrl": f"{host}inbox"})


@blueprint.get("/ui/")
@blueprint.get("/ui/repository")
def repository() -> AnyResponse:
    return redirect("/definitions")


@blueprint.get("/ui/process-instance/<instance_id>")
def instance(instance_id: str) -> AnyResponse:
    return redirect(f"/instances/{row_id(instance_id)}")
