"""External tasks as clients of Camunda 7 fetch, lock and report them."""

from collections.abc import Sequence
from typing import Any

from flask import Response

from server.api.camunda7.wording.acting import acting
from server.api.camunda7.wording.answers import answer, nothing, plain
from server.api.camunda7.wording.bodies import Given, asked, both, sent
from server.api.camunda7.wording.ids import definition_id, definition_row, row_id, uuid_of
from server.api.camunda7.wording.moments import read, written
from server.api.camunda7.wording.uploads import received, settings
from server.api.camunda7.wording.values import all_typed
from server.api.long_polls import long_polls
from server.commands import external_tasks as commands
from server.commands.external_tasks import LockedTask, Order, Wish
from server.errors import Invalid
from server.identity.actor import Actor
from server.queries import external_tasks as queries
from server.queries.external_tasks import ExternalTaskFilter, ExternalTaskRow, ExternalTaskSort

LONGEST_WAIT = 1_800_000  # milliseconds that may be asked for; the setting says what is given
_SORTS = {
    "id": ExternalTaskSort.ID,
    "lockExpirationTime": ExternalTaskSort.LOCKED_UNTIL,
    "processInstanceId": ExternalTaskSort.INSTANCE,
    "processDefinitionId": ExternalTaskSort.DEFINITION,
    "processDefinitionKey": ExternalTaskSort.PROCESS,
    "taskPriority": ExternalTaskSort.PRIORITY,
    "createTime": ExternalTaskSort.CREATED,
}


def fetch_and_lock() -> Response:
    body, actor = sent(), acting()
    worker, most = body.needed("workerId"), body.number("maxTasks")
    if most is None or most < 0:
        raise Invalid("maxTasks has to be 0 or more.")
    wait = body.number("asyncResponseTimeout") or 0
    if wait < 0 or wait > LONGEST_WAIT:
        raise Invalid(f"asyncResponseTimeout has to be between 0 and {LONGEST_WAIT} milliseconds.")
    topics = body.objects("topics")
    wishes, order = [_wish(topic) for topic in topics], _order(body)
    with_properties = {t.needed("topicName"): t.flag("includeExtensionProperties") for t in topics}

    def fetch() -> list[LockedTask]:
        return commands.fetch_and_lock(actor, worker, most, wishes, order)

    picky = bool(actor.process_keys) or any(wish.is_picky for wish in wishes)
    seconds = min(wait / 1000, settings().long_poll_seconds) if most and wishes else 0.0
    alone = (actor.id, worker) if settings().long_polls_alone else None
    found = long_polls().wait(fetch, with_properties, picky, seconds, alone) or []
    named = {wish.topic: wish.names or frozenset() for wish in wishes}
    return answer([_locked(each, with_properties[each.topic], named[each.topic]) for each in found])


def _wish(topic: Given) -> Wish:
    milliseconds, names = topic.number("lockDuration"), topic.texts("variables")
    if milliseconds is None or milliseconds <= 0:
        raise Invalid("lockDuration has to be more than 0.")
    ids = _several(topic, "processDefinitionId")
    tenants = topic.texts("tenantIdIn")
    return Wish(
        topic=topic.needed("topicName"),
        lock_seconds=milliseconds / 1000,
        names=None if names is None else frozenset(names),
        only_own=topic.flag("localVariables"),
        business_key=topic.text("businessKey"),
        definition_ids=frozenset() if tenants else None if ids is None else frozenset(definition_row(e) for e in ids),
        process_keys=_several(topic, "processDefinitionKey"),
        version_tag=topic.text("processDefinitionVersionTag"),
        variables=topic.mapping("processVariables"),
    )


def _several(topic: Given, name: str) -> frozenset[str] | None:
    """What `name` and `nameIn` allow; None: everything."""
    one, many = topic.text(name), topic.texts(f"{name}In")
    if one is None:
        return None if many is None else frozenset(many)
    return frozenset({one}) if many is None or one in many else frozenset()


def _order(body: Given) -> Order:
    by_priority, newest = body.flag("usePriority"), False
    for sorting in body.objects("sorting"):
        if sorting.text("sortBy") != "createTime" or sorting.text("sortOrder") not in (None, "asc", "desc"):
            raise Invalid("sorting is by createTime, asc or desc.")
        newest = sorting.text("sortOrder") == "desc"
    if by_priority:
        return Order.PRIORITY_NEWEST if newest else Order.PRIORITY
    return Order.NEWEST if newest else Order.OLDEST


def _locked(found: LockedTask, with_properties: bool, named: frozenset[str]) -> dict[str, Any]:
    properties = {**found.properties, **found.headers} if with_properties else {}
    return {
        "activityId": found.element_key,
        "activityInstanceId": uuid_of(found.instance_id, found.activity),
        "errorMessage": found.error_message,
        "errorDetails": found.error_details,
        "executionId": uuid_of(found.instance_id),
        "id": uuid_of(found.id),
        "lockExpirationTime": written(found.locked_until),
        "createTime": written(found.created_at),
        "processDefinitionId": definition_id(found.process_key, found.version, found.definition_id),
        "processDefinitionKey": found.process_key,
        "processDefinitionVersionTag": found.version_tag,
        "processInstanceId": uuid_of(found.instance_id),
        "retries": found.retries,
        "suspended": False,
        "workerId": found.worker,
        "topicName": found.topic,
        "tenantId": None,
        "variables": all_typed(found.variables, named.__contains__),
        "priority": found.priority,
        "businessKey": found.business_key,
        "extensionProperties": properties,
    }


def complete(external_task_id: str) -> Response:
    body, actor, row = sent(), acting(), row_id(external_task_id)
    worker = body.needed("workerId")
    variables, own = _variables(actor, row, body)
    commands.complete(actor, row, worker, variables, own)
    return nothing()


def failure(external_task_id: str) -> Response:
    body, actor, row = sent(), acting(), row_id(external_task_id)
    worker, wait = body.needed("workerId"), body.number("retryTimeout") or 0
    variables, own = _variables(actor, row, body)
    message, details = body.text("errorMessage") or "", body.text("errorDetails")
    commands.fail(actor, row, worker, message, details, body.number("retries"), wait / 1000, variables, own)
    return nothing()


def bpmn_error(external_task_id: str) -> Response:
    body, actor, row = sent(), acting(), row_id(external_task_id)
    worker, code = body.needed("workerId"), body.needed("errorCode")
    variables, _ = _variables(actor, row, body)
    commands.throw_bpmn_error(actor, row, worker, code, body.text("errorMessage") or "", variables)
    return nothing()


def _variables(actor: Actor, row: str, body: Given) -> tuple[dict[str, Any], dict[str, Any]]:
    variables, own = body.mapping("variables"), body.mapping("localVariables")
    if not variables and not own:
        return {}, {}
    # Files belong to the instance from the start: whoever has the external task may see that.
    instance_id = queries.external_task(actor, row).instance_id
    return received(actor, variables, instance_id), received(actor, own, instance_id)


def extend_lock(external_task_id: str) -> Response:
    body = sent()
    commands.extend_lock(acting(), row_id(external_task_id), body.needed("workerId"), _seconds(body, "newDuration"))
    return nothing()


def lock(external_task_id: str) -> Response:
    body = sent()
    commands.lock(acting(), row_id(external_task_id), body.needed("workerId"), _seconds(body, "lockDuration"))
    return nothing()


def _seconds(body: Given, name: str) -> float:
    milliseconds = body.number(name)
    if milliseconds is None or milliseconds <= 0:
        raise Invalid(f"{name} has to be more than 0.")
    return milliseconds / 1000


def unlock(external_task_id: str) -> Response:
    commands.unlock(acting(), row_id(external_task_id), "By the REST API of Camunda 7")
    return nothing()


def set_retries(external_task_id: str) -> Response:
    retries = sent().number("retries")
    if retries is None:
        raise Invalid("retries is missing.")
    commands.set_retries(acting(), row_id(external_task_id), retries, "By the REST API of Camunda 7")
    return nothing()


def set_priority(external_task_id: str) -> Response:
    priority = sent().number("priority")
    if priority is None:
        raise Invalid("priority is missing.")
    commands.set_priority(acting(), row_id(external_task_id), priority, "By the REST API of Camunda 7")
    return nothing()


def external_task(external_task_id: str) -> Response:
    return answer(_row(queries.external_task(acting(), row_id(external_task_id))))


def error_details(external_task_id: str) -> Response:
    found = queries.external_task(acting(), row_id(external_task_id)).error_details
    return plain(found) if found else nothing()


def listed() -> Response:
    return answer([_row(row) for row in queries.listed(acting(), _filter(both())).rows])


def count() -> Response:
    return answer({"count": queries.count(acting(), _filter(both()))})


def topic_names() -> Response:
    return answer(list(queries.topics(acting())))


def _filter(given: Given) -> ExternalTaskFilter:
    ids = [given.text("externalTaskId")] if "externalTaskId" in given else given.texts("externalTaskIdIn")
    instances = (
        [given.text("processInstanceId")] if "processInstanceId" in given else given.texts("processInstanceIdIn")
    )
    elements = [given.text("activityId")] if "activityId" in given else given.texts("activityIdIn")
    definition = given.text("processDefinitionId")
    part = asked()
    return ExternalTaskFilter(
        ids=None if ids is None else [row_id(each) for each in ids],
        topic=given.text("topicName"),
        worker=given.text("workerId"),
        instance_ids=None if instances is None else [row_id(each) for each in instances],
        definition_id=None if definition is None else definition_row(definition),
        process_key=given.text("processDefinitionKey"),
        element_keys=None if elements is None else [str(each) for each in elements],
        has_retries=_either(given, "withRetriesLeft", "noRetriesLeft"),
        is_locked=_either(given, "locked", "notLocked"),
        is_suspended=_either(given, "suspended", "active"),
        locked_before=read(given.get("lockExpirationBefore"), "lockExpirationBefore")
        if "lockExpirationBefore" in given
        else None,
        locked_after=read(given.get("lockExpirationAfter"), "lockExpirationAfter")
        if "lockExpirationAfter" in given
        else None,
        least_priority=given.number("priorityHigherThanOrEquals"),
        most_priority=given.number("priorityLowerThanOrEquals"),
        sort=_sort(given),
        first=max(0, part.number("firstResult") or 0),
        most=part.number("maxResults"),
    )


def _either(given: Given, yes: str, no: str) -> bool | None:
    if given.flag(yes):
        return True
    return False if given.flag(no) else None


def _sort(given: Given) -> tuple[tuple[ExternalTaskSort, bool], ...]:
    wanted: Sequence[Given] = given.objects("sorting") if "sorting" in given else [given]
    found = []
    for each in wanted:
        name = each.text("sortBy")
        if name is None:
            continue
        if name not in _SORTS:
            raise Invalid(f"sortBy is {name[:60]}; write one of {', '.join(sorted(_SORTS))}.")
        found.append((_SORTS[name], each.text("sortOrder") == "desc"))
    return tuple(found)


def _row(row: ExternalTaskRow) -> dict[str, Any]:
    return {
        "activityId": row.element_key,
        "activityInstanceId": uuid_of(row.instance_id, row.activity),
        "errorMessage": row.error_message,
        "executionId": uuid_of(row.instance_id),
        "id": uuid_of(row.id),
        "lockExpirationTime": written(row.locked_until),
        "createTime": written(row.created_at),
        "processDefinitionId": definition_id(row.process_key, row.version, row.definition_id),
        "processDefinitionKey": row.process_key,
        "processDefinitionVersionTag": row.version_tag,
        "processInstanceId": uuid_of(row.instance_id),
        "retries": row.retries if row.state != "dead" else 0,
        "suspended": row.is_suspended,
        "workerId": row.worker,
        "topicName": row.topic,
        "tenantId": None,
        "priority": row.priority,
        "businessKey": row.business_key,
    }


ROUTES = (
    ("POST", "/external-task/fetchAndLock", fetch_and_lock),
    ("GET POST", "/external-task", listed),
    ("GET POST", "/external-task/count", count),
    ("GET", "/external-task/topic-names", topic_names),
    ("GET", "/external-task/<external_task_id>", external_task),
    ("GET", "/external-task/<external_task_id>/errorDetails", error_details),
    ("POST", "/external-task/<external_task_id>/complete", complete),
    ("POST", "/external-task/<external_task_id>/failure", failure),
    ("POST", "/external-task/<external_task_id>/bpmnError", bpmn_error),
    ("POST", "/external-task/<external_task_id>/extendLock", extend_lock),
    ("POST", "/external-task/<external_task_id>/lock", lock),
    ("POST", "/external-task/<external_task_id>/unlock", unlock),
    ("PUT", "/external-task/<external_task_id>/retries", set_retries),
    ("PUT", "/external-task/<external_task_id>/priority", set_priority),
)
