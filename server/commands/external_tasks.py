"""External tasks: workers fetch, lock, complete and fail them; operators free them and give them new tries.

A lock has an end. A worker whose lock has ended may still hand in its result as long as nobody else has locked the
external task since; after that it is refused (fencing). Instances are locked before external tasks, always.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from server.bell import Bell
from server.database import db
from server.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from server.identity.permissions import Permission
from server.records.external_task import ExternalTask
from server.records.process_instance import ProcessInstance
from server.runtime import definitions
from server.runtime.access import in_scope
from server.runtime.act import Act
from server.runtime.finding import visible_instance
from server.runtime.instances import advance, locked
from server.runtime.jobs import attempts_allowed
from server.runtime.submissions import own_variables, take_files, variables_seen
from server.runtime.topics import Chosen, Order, Wish, choose, headers_of
from server.runtime.transaction import command
from server.sentences import say

__all__ = ["LockedTask", "Order", "Wish"]

MOST_AT_ONCE = 1000
LONGEST_MESSAGE = 666  # characters that are kept of an error message; its details are kept whole
LONGEST_LOCK = 366 * 24 * 3600.0  # seconds


@dataclass(frozen=True)
class LockedTask:
    """An external task that a worker has until its lock ends; `revision` is what it may name to be fenced by."""

    id: str
    topic: str
    worker: str
    locked_until: datetime
    revision: int
    retries: int | None
    error_message: str | None
    error_details: str | None
    priority: int
    created_at: datetime
    instance_id: str
    business_key: str | None
    definition_id: str
    process_key: str
    version: int
    version_tag: str | None
    element_key: str
    activity: int
    listener: str | None
    headers: Mapping[str, str]
    properties: Mapping[str, str]  # what the model writes at the element for whoever reads it
    variables: Mapping[str, Any]


@command(Permission.DO_EXTERNAL_TASKS, audited=False)
def fetch_and_lock(
    act: Act, worker: str, most: int, wishes: Sequence[Wish], order: Order = Order.PRIORITY
) -> list[LockedTask]:
    """Lock at most *most* external tasks of these topics for the worker. Raises Invalid."""
    _check_worker(worker)
    for wish in wishes:
        _check_seconds(wish.lock_seconds)
    if not wishes or most < 1:
        return []
    chosen = choose(wishes, min(most, MOST_AT_ONCE), order, act.moment, _offered(act))
    for row, _, wish in chosen:
        _give(act, row, worker, wish.lock_seconds)
    return [_locked(each) for each in chosen]


def _offered(act: Act) -> Any:
    """Whoever may do external tasks gets them of every process that their token is for."""
    return in_scope(act.actor)


def _locked(chosen: Chosen) -> LockedTask:
    row, instance, wish = chosen
    deployed = definitions.deployed(row.definition_id)
    element = deployed.process.element(row.element_key)
    assert row.held_until is not None, "it has just been locked"
    assert row.worker is not None, "it has just been locked"
    return LockedTask(
        id=row.id,
        topic=row.topic,
        worker=row.worker,
        locked_until=row.held_until,
        revision=row.revision,
        retries=row.retries,
        error_message=row.error_message,
        error_details=row.error_details,
        priority=row.priority,
        created_at=row.created_at,
        instance_id=row.instance_id,
        business_key=instance.business_key,
        definition_id=row.definition_id,
        process_key=deployed.key,
        version=deployed.version,
        version_tag=deployed.process.version_tag,
        element_key=row.element_key,
        activity=row.activity,
        listener=row.listener,
        headers=headers_of(row),
        properties=element.properties if element is not None else {},
        variables=_wanted(instance, row.activity, wish),
    )


def _wanted(instance: ProcessInstance, activity: int, wish: Wish) -> dict[str, Any]:
    if wish.names is not None and not wish.names:
        return {}
    found = own_variables(instance, activity) if wish.only_own else variables_seen(instance, activity)
    return {name: value for name, value in found.items() if wish.names is None or name in wish.names}


def _give(act: Act, row: ExternalTask, worker: str, seconds: float) -> None:
    row.state, row.worker, row.account = "held", worker, act.actor.id
    row.held_until = act.moment + timedelta(seconds=seconds)
    row.revision += 1


@command(Permission.DO_EXTERNAL_TASKS, audited=False)
def lock(act: Act, external_task_id: str, worker: str, seconds: float) -> None:
    """Lock a certain one; one's own is locked anew. Raises NotFound, Conflict when somebody else has it, Invalid."""
    _check_worker(worker)
    _check_seconds(seconds)
    row = _any(act, external_task_id)
    if row.state == "dead":
        raise Conflict(say("Its tries are used up. An operator has to give it new ones first."))
    is_theirs = row.worker == worker and row.account == act.actor.id
    is_held = row.state == "held" and row.held_until is not None and row.held_until > act.moment
    if is_held and row.worker is not None and not is_theirs:
        raise Conflict(
            say("The worker %(worker)s has it until %(moment)s.", worker=row.worker, moment=_moment(row.held_until))
        )
    _give(act, row, worker, seconds)


@command(Permission.DO_EXTERNAL_TASKS, audited=False)
def extend_lock(act: Act, external_task_id: str, worker: str, seconds: float, revision: int | None = None) -> datetime:
    """Keep it for another *seconds* from now; returns until when. Raises NotFound, Conflict, Invalid."""
    _check_seconds(seconds)
    row = _own(act, external_task_id, worker, revision)
    row.state, row.held_until = "held", act.moment + timedelta(seconds=seconds)
    return row.held_until


@command(Permission.DO_EXTERNAL_TASKS)
def complete(
    act: Act,
    external_task_id: str,
    worker: str,
    variables: Mapping[str, Any],
    own: Mapping[str, Any] | None = None,
    revision: int | None = None,
    file_ids: Sequence[str] = (),
) -> None:
    """The work is done: the process goes on with *variables*; *own* are the activity's alone.

    `file_ids` are the actor's uploads that they name. Raises NotFound, Invalid for values that cannot be kept, and
    Conflict for a worker who does not have it any more.
    """
    row = _own(act, external_task_id, worker, revision)
    take_files(file_ids, act.actor.id, row.instance_id)
    activity = row.activity
    act.on(row.id, row.instance_id, details={"worker": worker, "topic": row.topic})
    _advance(act, row, lambda e: e.complete_external_task(activity, variables, act.moment, own))


@command(Permission.DO_EXTERNAL_TASKS)
def throw_bpmn_error(
    act: Act,
    external_task_id: str,
    worker: str,
    code: str,
    message: str = "",
    variables: Mapping[str, Any] | None = None,
    revision: int | None = None,
    file_ids: Sequence[str] = (),
) -> None:
    """The work came to an error that the model may catch; where it does not, that is an incident.

    `file_ids` are the actor's uploads that *variables* name. Raises NotFound, Conflict, Invalid without a code.
    """
    if not code.strip():
        raise _wrong("code", say("Give the code of the error: the model catches it by that."))
    row = _own(act, external_task_id, worker, revision)
    take_files(file_ids, act.actor.id, row.instance_id)
    activity, given = row.activity, dict(variables or {})
    act.on(row.id, row.instance_id, details={"worker": worker, "topic": row.topic, "code": code})
    _advance(act, row, lambda e: e.throw_error(activity, code, message, given, act.moment))


@command(Permission.DO_EXTERNAL_TASKS)
def fail(
    act: Act,
    external_task_id: str,
    worker: str,
    message: str,
    details: str | None = None,
    retries: int | None = None,
    wait_seconds: float = 0.0,
    variables: Mapping[str, Any] | None = None,
    own: Mapping[str, Any] | None = None,
    revision: int | None = None,
) -> int:
    """The work went wrong; returns how many tries are left. Without any, that is an incident.

    *retries* None: one less than before, at first than the model (or three) allows. It can be fetched again after
    *wait_seconds*. Raises NotFound, Conflict, Invalid.
    """
    if wait_seconds < 0 or wait_seconds > LONGEST_LOCK:
        raise _wrong("wait_seconds", say("The wait before the next try is between none and 366 days."))
    row = _own(act, external_task_id, worker, revision)
    left = _left(row) if retries is None else max(0, retries)
    told = (message or "The worker said that it failed, and not why.")[:LONGEST_MESSAGE]
    row.error_message, row.error_details, row.retries = told, details, left
    row.worker = row.account = None
    row.state = "held" if left and wait_seconds else "free"
    row.held_until = act.moment + timedelta(seconds=wait_seconds) if row.state == "held" else None
    act.on(row.id, row.instance_id, told, {"worker": worker, "topic": row.topic, "left": left})
    act.ring(Bell.EXTERNAL_TASKS)
    activity = row.activity

    def move(execution: Any) -> None:
        if variables or own:
            execution.hear_from_worker(activity, variables or {}, act.moment, own)
        if not left:
            execution.raise_incident(activity, "external", told, act.moment)

    if variables or own or not left:
        _advance(act, row, move)
    return left


def _left(row: ExternalTask) -> int:
    before = attempts_allowed(row.retry_cycle) if row.retries is None else row.retries
    return max(0, before - 1)


@command(Permission.SIGN_IN)
def unlock(act: Act, external_task_id: str, reason: str = "") -> None:
    """Give it back, so that every worker may fetch it: one's own, or as an operator anybody's, with a reason.

    Raises NotFound, Conflict, Forbidden, Invalid.
    """
    row = _any(act, external_task_id)
    is_own = act.actor.may(Permission.DO_EXTERNAL_TASKS) and row.account in (act.actor.id, None)
    if not is_own and not act.actor.may(Permission.MEND):
        raise Forbidden(say("Only the worker that has it, or an operator, can give it back."))
    if row.state == "dead":
        raise Conflict(say("Its tries are used up: give it new ones, then workers fetch it again."))
    act.on(row.id, row.instance_id, reason or None, {"topic": row.topic, "worker": row.worker})
    row.state, row.held_until, row.worker, row.account = "free", None, None, None
    act.ring(Bell.EXTERNAL_TASKS)


@command(Permission.MEND)
def set_retries(act: Act, external_task_id: str, retries: int, reason: str) -> None:
    """How many tries are left: none is an incident, more after one let workers fetch it again.

    Raises NotFound, Conflict, Invalid.
    """
    if not 0 <= retries <= MOST_AT_ONCE:
        raise _wrong(
            "retries",
            say("The number of tries is a whole number from 0 to %(most)s.", most=MOST_AT_ONCE),
        )
    row = _any(act, external_task_id)
    activity, was_dead, told = row.activity, row.state == "dead", row.error_message or "Somebody set its tries to none."
    act.on(row.id, row.instance_id, reason, {"topic": row.topic, "retries": retries})
    row.retries = retries
    if retries and was_dead:
        _advance(act, row, lambda e: e.retry(activity, act.moment))
        _set_left(external_task_id, retries)
    elif not retries and not was_dead:
        _advance(act, row, lambda e: e.raise_incident(activity, "external", told, act.moment))


def _set_left(external_task_id: str, retries: int) -> None:
    """Asked for anew, it has as many tries as the operator said, and not as the model says."""
    row = db.session.get(ExternalTask, external_task_id, populate_existing=True)
    if row is not None:
        row.retries = retries


@command(Permission.MEND)
def set_priority(act: Act, external_task_id: str, priority: int, reason: str) -> None:
    """How soon workers fetch it: the higher, the sooner. Raises NotFound, Invalid."""
    if abs(priority) > 2**31 - 1:
        raise _wrong("priority", say("The priority is a whole number of at most 32 bits."))
    row = _any(act, external_task_id)
    row.priority, row.rank = priority, -priority
    act.on(row.id, row.instance_id, reason, {"topic": row.topic, "priority": priority})


def _advance(act: Act, row: ExternalTask, move: Any) -> None:
    """Let the instance go on; its projections change the row, so that the ORM must not write it once more."""
    db.session.flush()
    db.session.expunge(row)
    advance(act, row.instance_id, move)


def _any(act: Act, external_task_id: str) -> ExternalTask:
    """The row of one that the actor may see, held until the end of the transaction. Raises NotFound."""
    instance_id = _instance_of(act, external_task_id)
    if not act.actor.may(Permission.DO_EXTERNAL_TASKS):
        visible_instance(act.actor, instance_id)
    return _held_row(act, external_task_id, instance_id)


def _instance_of(act: Act, external_task_id: str) -> str:
    found = (
        select(ExternalTask.instance_id)
        .join(ProcessInstance, ProcessInstance.id == ExternalTask.instance_id)
        .where(ExternalTask.id == external_task_id, _offered(act))
    )
    instance_id = db.session.scalar(found)
    if instance_id is None:
        raise NotFound(say("There is no such external task: it is done, or the process does not need it any more."))
    return instance_id


def _held_row(act: Act, external_task_id: str, instance_id: str) -> ExternalTask:
    locked(act, instance_id)
    wanted = select(ExternalTask).where(ExternalTask.id == external_task_id).with_for_update()
    row = db.session.scalar(wanted.execution_options(populate_existing=True))
    if row is None:
        raise NotFound(say("There is no such external task: it is done, or the process does not need it any more."))
    return row


def _own(act: Act, external_task_id: str, worker: str, revision: int | None) -> ExternalTask:
    """The row of one that the worker still has. Raises NotFound, Conflict that says why it is not theirs."""
    _check_worker(worker)
    row = _held_row(act, external_task_id, _instance_of(act, external_task_id))
    if row.state == "dead":
        raise Conflict(say("Its tries are used up, and it waits for an operator: this was not taken."))
    if row.worker is None:
        raise Conflict(say("The worker %(worker)s does not have it: nobody has locked it just now.", worker=worker))
    if row.worker != worker:
        raise Conflict(
            say(
                "The worker %(worker)s does not have it: it was given to %(other)s. This was not taken.",
                worker=worker,
                other=row.worker,
            )
        )
    if row.account != act.actor.id:
        raise Conflict(
            say(
                "A worker of that name has it for another account (%(account)s). This was not taken.",
                account=row.account,
            )
        )
    if revision is not None and revision != row.revision:
        raise Conflict(say("The lock ended and it was given out anew since: this was not taken."))
    return row


def _check_worker(worker: str) -> None:
    if not worker.strip():
        raise _wrong("worker", say("Give the worker a name: the lock is known by it."))


def _check_seconds(seconds: float) -> None:
    if not 0 < seconds <= LONGEST_LOCK:
        raise _wrong("lock_seconds", say("A lock lasts longer than no time, and at most 366 days."))


def _wrong(field: str, text: str) -> Invalid:
    return Invalid(text, [Problem(text, element=field)])


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat(" ", "seconds")
