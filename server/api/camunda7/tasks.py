"""User tasks, which Camunda 7 calls tasks: lists, claiming, delegating, completing, forms, links, comments."""

import json
from collections.abc import Sequence
from typing import Any

from flask import Response, request

from server.api.camunda7.wording.acting import acting
from server.api.camunda7.wording.answers import answer, nothing, xhtml
from server.api.camunda7.wording.bodies import Given, asked, both, sent
from server.api.camunda7.wording.forms import form_names
from server.api.camunda7.wording.ids import row_id, uuid_of
from server.api.camunda7.wording.instances import link
from server.api.camunda7.wording.moments import read, written
from server.api.camunda7.wording.rendered_forms import rendered
from server.api.camunda7.wording.uploads import content, received
from server.api.camunda7.wording.user_tasks import asked_for, user_task
from server.api.camunda7.wording.values import all_typed, typed
from server.commands import comments, user_task_changes
from server.commands import user_tasks as commands
from server.commands import variables as variable_commands
from server.errors import Invalid, NotFound
from server.identity.permissions import Permission
from server.queries import chosen_definitions, chosen_instances
from server.queries import chosen_user_tasks as queries
from server.queries.chosen_user_tasks import Remark, UserTaskRow

REASON = "By the REST API of Camunda 7"


def listed() -> Response:
    given = both()
    rows = queries.listed(acting(), asked_for(given))
    return answer(_with_notes([user_task(row) for row in rows], rows, given))


def count() -> Response:
    return answer({"count": queries.count(acting(), asked_for(both()))})


def _with_notes(shown: list[dict[str, Any]], rows: Sequence[UserTaskRow], given: Given) -> list[dict[str, Any]]:
    """Whether there are comments and attachments, where that is asked."""
    if not given.flag("withCommentAttachmentInfo"):
        return shown
    commented, attached = queries.written_about(acting(), rows)
    return [
        each | {"comment": row.id in commented, "attachment": row.id in attached}
        for each, row in zip(shown, rows, strict=True)
    ]


def _open(user_task_id: str) -> UserTaskRow:
    row = queries.user_task(acting(), row_id(user_task_id))
    if row.state != "open":
        raise NotFound(f"The user task {user_task_id} has ended.")
    return row


def one(user_task_id: str) -> Response:
    row = _open(user_task_id)
    [shown] = _with_notes([user_task(row)], [row], asked())
    if asked().flag("withTaskVariablesInReturn"):
        shown["variables"] = all_typed(queries.variables(acting(), row.id))
    return answer(shown)


def update(user_task_id: str) -> Response:
    """Name and description stand in the model and stay; who has it is changed as by `assignee`."""
    body, row = sent(), _open(user_task_id)
    priority = body.number("priority")
    due = read(body.get("due"), "due") if "due" in body else None
    follow_up = read(body.get("followUp"), "followUp") if "followUp" in body else None
    user_task_changes.change(acting(), row.id, row.priority if priority is None else priority, due, follow_up)
    if body.text("assignee") != row.assignee:
        commands.reassign(acting(), row.id, body.text("assignee"), REASON)
    return nothing()


def claim(user_task_id: str) -> Response:
    return _given_to(_open(user_task_id), sent().needed("userId"), by_claim=True)


def assign(user_task_id: str) -> Response:
    return _given_to(_open(user_task_id), sent().text("userId"), by_claim=False)


def _given_to(row: UserTaskRow, person: str | None, by_claim: bool) -> Response:
    if by_claim and row.assignee not in (None, person):
        raise Invalid(f"{row.name} was claimed by {row.assignee}.")
    if person == row.assignee:
        return nothing()
    decides = not by_claim and acting().may(Permission.MEND)  # also about what is not offered to them
    if person == acting().id and row.assignee is None and not decides:
        commands.claim(acting(), row.id)
    elif person is None and row.assignee == acting().id:
        commands.release(acting(), row.id)
    else:
        commands.reassign(acting(), row.id, person, REASON)
    return nothing()


def unclaim(user_task_id: str) -> Response:
    commands.release(acting(), _open(user_task_id).id)
    return nothing()


def delegate(user_task_id: str) -> Response:
    commands.delegate(acting(), _open(user_task_id).id, sent().needed("userId"), REASON)
    return nothing()


def resolve(user_task_id: str) -> Response:
    """Done with what was delegated: it goes back to its owner."""
    body, row = sent(), _open(user_task_id)
    if row.owner is None:
        raise Invalid(f"{row.name} was not delegated.")
    variables = received(acting(), body.mapping("variables"), row.instance_id)
    if variables:
        variable_commands.change(acting(), row.instance_id, variables, (), None, REASON)
    commands.release(acting(), row.id)
    return nothing()


def complete(user_task_id: str) -> Response:
    return _completed(user_task_id, by_form=False)


def submit_form(user_task_id: str) -> Response:
    if _open(user_task_id).owner is not None:
        return resolve(user_task_id)
    return _completed(user_task_id, by_form=True)


def _completed(user_task_id: str, by_form: bool) -> Response:
    body, row = sent(), _open(user_task_id)
    variables = received(acting(), body.mapping("variables"), row.instance_id)
    user_task_changes.complete(acting(), row.id, variables, by_form)
    if not body.flag("withVariablesInReturn"):
        return nothing()
    return answer(all_typed(chosen_instances.variables(acting(), row.instance_id)))


def bpmn_error(user_task_id: str) -> Response:
    body, row = sent(), _open(user_task_id)
    variables = received(acting(), body.mapping("variables"), row.instance_id)
    code, message = body.needed("errorCode"), body.text("errorMessage") or ""
    user_task_changes.throw_bpmn_error(acting(), row.id, code, message, variables)
    return nothing()


def escalation(user_task_id: str) -> Response:
    body, row = sent(), _open(user_task_id)
    variables = received(acting(), body.mapping("variables"), row.instance_id)
    user_task_changes.throw_escalation(acting(), row.id, body.needed("escalationCode"), variables)
    return nothing()


def form(user_task_id: str) -> Response:
    names = form_names(_open(user_task_id).form)
    return answer({"key": names["formKey"], "camundaFormRef": names["camundaFormRef"], "contextPath": None})


def deployed_form(user_task_id: str) -> Response:
    reference = _open(user_task_id).form
    if reference is None or reference.key is None:
        raise Invalid("The model names no deployed form for this user task.")
    return answer(json.loads(chosen_definitions.form_file(reference.key)))


def rendered_form(user_task_id: str) -> Response:
    row = _open(user_task_id)
    return xhtml(rendered(row.form, queries.variables(acting(), row.id)))


def variables(user_task_id: str) -> Response:
    found = queries.variables(acting(), _open(user_task_id).id, "localVariables" in request.path)
    names = asked().texts("variableNames")
    return answer(all_typed({name: value for name, value in found.items() if names is None or name in names}))


def _value(user_task_id: str, name: str) -> Any:
    found = queries.variables(acting(), _open(user_task_id).id, "localVariables" in request.path)
    if name not in found:
        raise NotFound(f"The user task {user_task_id} has no variable {name}.")
    return found[name]


def variable(user_task_id: str, name: str) -> Response:
    return answer(typed(_value(user_task_id, name)))


def variable_content(user_task_id: str, name: str) -> Response:
    return content(acting(), _value(user_task_id, name))


def change_variables(user_task_id: str) -> Response:
    body = sent()
    return _changed(user_task_id, body.mapping("modifications"), body.texts("deletions") or [])


def put_variable(user_task_id: str, name: str) -> Response:
    return _changed(user_task_id, {name: sent().fields}, [])


def remove_variable(user_task_id: str, name: str) -> Response:
    return _changed(user_task_id, {}, [name])


def _changed(user_task_id: str, modifications: dict[str, Any], deletions: list[str]) -> Response:
    row = _open(user_task_id)
    activity = row.activity if "localVariables" in request.path else None
    changed = received(acting(), modifications, row.instance_id)
    variable_commands.change(acting(), row.instance_id, changed, deletions, activity, REASON)
    return nothing()


def identity_links(user_task_id: str) -> Response:
    row, kind = _open(user_task_id), asked().text("type")
    found = [
        {"userId": name if each == "user" else None, "groupId": name if each == "group" else None, "type": "candidate"}
        for each, name in ((offer.kind, offer.name) for offer in queries.offers(acting(), row.id))
    ]
    for name, person in (("assignee", row.assignee), ("owner", row.owner)):
        found += [{"userId": person, "groupId": None, "type": name}] if person is not None else []
    return answer([each for each in found if kind in (None, each["type"])])


def add_identity_link(user_task_id: str) -> Response:
    kind, name = _linked(sent())
    user_task_changes.offer(acting(), _open(user_task_id).id, kind, name)
    return nothing()


def remove_identity_link(user_task_id: str) -> Response:
    kind, name = _linked(sent())
    user_task_changes.withdraw_offer(acting(), _open(user_task_id).id, kind, name)
    return nothing()


def _linked(body: Given) -> tuple[str, str]:
    if body.text("type") != "candidate":
        raise Invalid("Only links of the type candidate are changed here; assignee and owner have calls of their own.")
    user, group = body.text("userId"), body.text("groupId")
    if (user is None) == (group is None):
        raise Invalid("Give either a userId or a groupId.")
    return ("user", str(user)) if user is not None else ("group", str(group))


def remarks(user_task_id: str) -> Response:
    row = queries.user_task(acting(), row_id(user_task_id))
    return answer([_remark(row, each) for each in queries.remarks(acting(), row.id)])


def remark(user_task_id: str, comment_id: str) -> Response:
    row, wanted = queries.user_task(acting(), row_id(user_task_id)), row_id(comment_id)
    for each in queries.remarks(acting(), row.id):
        if each.id == wanted:
            return answer(_remark(row, each))
    raise NotFound(f"The user task {user_task_id} has no comment {comment_id}.")


def write_remark(user_task_id: str) -> Response:
    row = queries.user_task(acting(), row_id(user_task_id))
    comments.write(acting(), row.instance_id, sent().needed("message"), row.id)
    return answer(_remark(row, queries.remarks(acting(), row.id)[0]))


def _remark(row: UserTaskRow, found: Remark) -> dict[str, Any]:
    shown, instance_id = uuid_of(found.id), uuid_of(row.instance_id)
    return {
        "links": [link(f"/task/{uuid_of(row.id)}/comment/{shown}")],
        "id": shown,
        "userId": found.person_id,
        "time": written(found.written_at),
        "taskId": uuid_of(row.id),
        "message": found.text,
        "removalTime": None,
        "rootProcessInstanceId": instance_id,
        "processInstanceId": instance_id,
    }


def by_group() -> Response:
    return answer([{"groupName": name, "taskCount": number} for name, number in queries.counts_by_group(acting())])


_OF_ONE = (
    ("GET", "", one),
    ("PUT", "", update),
    ("POST", "/claim", claim),
    ("POST", "/unclaim", unclaim),
    ("POST", "/assignee", assign),
    ("POST", "/delegate", delegate),
    ("POST", "/resolve", resolve),
    ("POST", "/complete", complete),
    ("POST", "/submit-form", submit_form),
    ("POST", "/bpmnError", bpmn_error),
    ("POST", "/bpmnEscalation", escalation),
    ("GET", "/form", form),
    ("GET", "/deployed-form", deployed_form),
    ("GET", "/rendered-form", rendered_form),
    ("GET", "/form-variables", variables),
    ("GET", "/identity-links", identity_links),
    ("POST", "/identity-links", add_identity_link),
    ("POST", "/identity-links/delete", remove_identity_link),
    ("GET", "/comment", remarks),
    ("POST", "/comment/create", write_remark),
    ("GET", "/comment/<comment_id>", remark),
)
_VARIABLES = (
    ("GET", "", variables),
    ("POST", "", change_variables),
    ("GET", "/<name>", variable),
    ("PUT", "/<name>", put_variable),
    ("DELETE", "/<name>", remove_variable),
    ("GET", "/<name>/data", variable_content),
)
ROUTES = (
    ("GET POST", "/task", listed),
    ("GET POST", "/task/count", count),
    ("GET", "/task/report/candidate-group-count", by_group),
    *((methods, f"/task/<user_task_id>{path}", do) for methods, path, do in _OF_ONE),
    *(
        (methods, f"/task/<user_task_id>/{place}{path}", do)
        for place in ("variables", "localVariables")
        for methods, path, do in _VARIABLES
    ),
)
