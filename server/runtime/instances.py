"""Advances process instances: lock the row, restore the execution, let it run, keep its state, project its facts.

At most one existing instance is locked in a transaction, but where a message's first receiver is gone by then. It is
locked before its jobs and external tasks, so nobody waits for each other. A called process begins in the caller's
transaction, which locks nobody since nobody else can know it yet; what comes back later comes as a job.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import bindparam, select, update

from server.bell import Bell
from server.bpmn.calendars import zone_named
from server.database import add_rows, change, db, new_id, rows, table
from server.engine.execution import Execution, Live, Setting
from server.engine.facts import (
    CallCancelled,
    CallRequested,
    ConnectorCalled,
    ContinuationRequested,
    DataStoreChanged,
    ExternalTaskCreated,
    Fact,
    MessageThrown,
    SignalThrown,
    SubscriptionOpened,
    TimerSet,
)
from server.engine.program import Program
from server.errors import Conflict, Failure, NotFound
from server.identity.permissions import Permission
from server.records.job import Job
from server.records.process_instance import ProcessInstance
from server.runtime import calendars, calls, data_stores, revisions, state
from server.runtime.act import Act
from server.runtime.calls import Outcome
from server.runtime.definitions import Deployed, deployed
from server.runtime.memory import Kept, memory
from server.runtime.projections import project
from server.runtime.references import reference, take, title
from server.runtime.step import Step
from server.runtime.world import Rows
from server.sentences import say

DEEPEST_CALL = 50
# What may give workers something to do; to wake them for nothing would cost as much as a completion does.
WAKING = (
    CallCancelled,
    ConnectorCalled,
    ContinuationRequested,
    DataStoreChanged,
    MessageThrown,
    SignalThrown,
    SubscriptionOpened,
    TimerSet,
)


def begin(
    act: Act,
    definition: Deployed,
    variables: Mapping[str, Any],
    *,
    business_key: str | None = None,
    start_element: str | None = None,
    payload: Mapping[str, Any] | None = None,
    number: int = 0,
    before: Sequence[str] = (),
    caller: tuple[ProcessInstance, int] | None = None,
    depth: int = 0,
) -> tuple[ProcessInstance, Outcome | None]:
    """Start an instance and run it to its first wait states; the outcome is there if it ended at once.

    With *before* it begins before those elements, one after the other, instead of at its start event. Raises Conflict
    when the definition is drawn but not meant to run or asks for business keys that are unique, Invalid where it cannot
    begin so, and Failure when calls go too deep.
    """
    program = _program(definition, depth)
    instance = ProcessInstance(
        id=new_id(),
        definition_id=definition.definition_id,
        business_key=business_key or reference(definition.process),
        title=None,
        state="active",
        revision=0,
        started_at=act.moment,
        started_by=caller[0].started_by if caller else act.actor.id,
        caller_id=caller[0].id if caller else None,
        caller_activity=caller[1] if caller else None,
        incidents=0,
        snapshot="",
    )
    if caller is None:
        take(definition.process, instance.business_key, instance.id)
    setting = _setting(instance, definition)
    begin_with = (program, setting, act.moment, variables)
    if before:
        execution = Execution.start_elsewhere(*begin_with, tuple(before))
    else:
        execution = Execution.start(*begin_with, start_element, payload, number)
    ended = _finish(act, definition, instance, Kept(0, execution, {}), depth)
    _write_new(instance)
    return instance, ended


def _program(definition: Deployed, depth: int) -> Program:
    """What runs. Raises Conflict, Failure."""
    if definition.program is None:
        raise Conflict(
            say(
                "%(name)s is deployed as documentation and cannot be started.",
                name=definition.process.name or definition.key,
            )
        )
    if depth > DEEPEST_CALL:
        raise Failure(
            f"Processes call each other more than {DEEPEST_CALL} levels deep; is one calling itself for ever?"
        )
    return definition.program


def advance(
    act: Act, instance_id: str, move: Callable[[Execution], None], *, suspended: bool = False
) -> ProcessInstance:
    """Lock the instance and let *move* push its execution on.

    Raises NotFound, and Conflict when it has ended or is suspended (unless *suspended* instances may be moved).
    """
    instance = locked(act, instance_id)
    _check_state(instance, suspended)
    definition = deployed(instance.definition_id)
    kept = memory.take(instance.id, instance.revision) or _restore(definition, instance)
    move(kept.execution)
    _finish(act, definition, instance, kept, depth=0)
    _write_moved(instance)
    return instance


def _check_state(instance: ProcessInstance, suspended: bool) -> None:
    if instance.state not in (("active", "suspended") if suspended else ("active",)):
        called = instance.business_key or instance.id
        if instance.state == "suspended":
            raise Conflict(
                say("The process instance %(called)s is suspended; it must be resumed first.", called=called)
            )
        raise Conflict(say("The process instance %(called)s has ended.", called=called))


def move_tokens(
    act: Act, instance_id: str, cancel: Sequence[int], start: Sequence[str], variables: Mapping[str, Any] | None = None
) -> None:
    """Begin anew before some elements and take away some activities, in one step, with *variables* of the process set
    before. Raises what the engine refuses."""

    def move(execution: Execution) -> None:
        for name, value in (variables or {}).items():
            execution.set_variable(name, value, act.moment)
        _move(execution, cancel, start, act.moment)

    advance(act, instance_id, move)


def rehearse_move(
    instance: ProcessInstance, cancel: Sequence[int], start: Sequence[str], moment: datetime
) -> tuple[list[Fact], list[Live]]:
    """What moving tokens would report, and the activities that would be live afterwards. Nothing of it is kept.

    Raises what `move_tokens` raises.
    """
    _check_state(instance, suspended=False)
    execution = _restore(deployed(instance.definition_id), instance).execution
    _move(execution, cancel, start, moment)
    return execution.take_facts(), execution.waiting()


def _move(execution: Execution, cancel: Sequence[int], start: Sequence[str], moment: datetime) -> None:
    # New tokens first: an instance without any would have ended.
    for element_key in start:
        execution.start_before(element_key, moment)
    for activity in cancel:
        execution.cancel_activity(activity, moment)


def locked(act: Act, instance_id: str) -> ProcessInstance:
    """The instance's row, nobody else's until the end of the transaction. Raises NotFound.

    Asked again in the same transaction it costs nothing.
    """
    if instance_id in act.locked:
        return db.session.get_one(ProcessInstance, instance_id)
    instance = _lock(act, instance_id)
    if instance is None:
        raise NotFound(say("There is no such process instance."))
    check_revision(instance)
    return instance


def lock_instance_of(act: Act, job_id: str, kinds: Collection[str]) -> None:
    """Lock the instance that a job of one of these *kinds* moves, before the job is.

    Whoever ends an instance has it locked and then removes its jobs: in the other order the two would wait for each
    other. A job that is gone, or of another kind, locks nothing.
    """
    job = rows(_OF_A_JOB, {"job": job_id}).one_or_none()
    if job is not None and job.kind in kinds and job.instance_id is not None:
        _lock(act, job.instance_id)


_OF_A_JOB = select(table(Job).c.kind, table(Job).c.instance_id).where(table(Job).c.id == bindparam("job"))


def _lock(act: Act, instance_id: str) -> ProcessInstance | None:
    query = select(ProcessInstance).where(ProcessInstance.id == instance_id).with_for_update()
    instance = db.session.scalar(query.execution_options(populate_existing=True))
    if instance is not None:
        act.locked.add(instance.id)
    return instance


def check_revision(instance: ProcessInstance) -> None:
    """Raises Outdated when whoever gave the command has seen another revision of it and asked to be told."""
    revisions.check_revision(instance.id, instance.revision, say("The process instance"))


_COLUMNS = tuple(table(ProcessInstance).c.keys())
_MOVED = ("title", "state", "revision", "ended_at", "end_reason", "incidents", "snapshot")
_MOVE = (
    update(table(ProcessInstance))
    .where(table(ProcessInstance).c.id == bindparam("instance_id"))
    .values({name: bindparam(name) for name in _MOVED})
)


def _write_new(instance: ProcessInstance) -> None:
    """The row of an instance that has begun, written once at the end of its first step."""
    add_rows(ProcessInstance, [{name: getattr(instance, name) for name in _COLUMNS}])


def _write_moved(instance: ProcessInstance) -> None:
    """What a step can change of its instance. The object is let go: the ORM must not write it once more."""
    given = {name: getattr(instance, name) for name in _MOVED}
    db.session.expunge(instance)
    change(_MOVE, given | {"instance_id": instance.id})


def _restore(definition: Deployed, instance: ProcessInstance) -> Kept:
    assert definition.program is not None, "an instance runs, so its definition can"
    parts = state.load(instance.id, instance.snapshot)
    rest = partial(state.load_more, instance.id) if instance.snapshot is None else None
    execution = Execution.restore(definition.program, _setting(instance, definition), parts, rest)
    return Kept(instance.revision, execution, parts)


def _setting(instance: ProcessInstance, definition: Deployed) -> Setting:
    return Setting(
        instance_id=instance.id,
        process_key=definition.key,
        business_key=instance.business_key,
        initiator=instance.started_by,
        called=instance.caller_id is not None,
        zone=calendars.zone_for(definition.process),
        calendar=calendars.calendar_for(definition.process),
        world=Rows(definition.definition_id, zone_named(definition.process)),
    )


def _finish(act: Act, definition: Deployed, instance: ProcessInstance, kept: Kept, depth: int) -> Outcome | None:
    """Begin what it called, keep its state, project its facts. Returns how it came out, if it ended."""
    facts: list[Fact] = []
    called: list[tuple[int, str]] = []
    while new := kept.execution.take_facts():
        facts += new
        data_stores.keep(instance.id, new, act.moment)
        for fact in new:
            if isinstance(fact, CallRequested):
                called += _call(act, instance, kept.execution, fact, depth)
    person = act.actor.id if act.actor.may(Permission.SIGN_IN) else None
    step = Step(instance, definition.process, act.moment, act.actor.id, person, act.rings)
    with db.session.no_autoflush:  # the instance's row is written once, when all is known
        project(step, facts)
        calls.link(instance.id, called)
        ended = calls.outcome(facts, kept.execution)
        # A caller that is still in this very step takes the outcome from its hand; any other gets it by a job.
        calls.tell_caller(act, instance, facts, ended if depth == 0 else None)
        _keep(act, definition, instance, kept)
    if instance.caller_id is not None or any(isinstance(fact, WAKING) for fact in facts):
        act.ring()
    if any(isinstance(fact, ExternalTaskCreated) for fact in facts):
        act.ring(Bell.EXTERNAL_TASKS)
    return ended


def _call(
    act: Act, instance: ProcessInstance, execution: Execution, fact: CallRequested, depth: int
) -> list[tuple[int, str]]:
    """Start what a call activity asks for; what ends at once comes back at once."""
    try:
        definition = calls.find(fact, instance.definition_id)
        child, ended = begin(
            act,
            definition,
            fact.variables,
            business_key=fact.business_key or instance.business_key,
            caller=(instance, fact.activity),
            depth=depth + 1,
        )
    except (NotFound, Conflict, Failure) as error:
        execution.raise_incident(fact.activity, "call", str(error), act.moment)
        return []
    if ended is not None:
        ended.give(execution, fact.activity, act.moment)
    return [(fact.activity, child.id)]


def _keep(act: Act, definition: Deployed, instance: ProcessInstance, kept: Kept) -> None:
    was_small = instance.snapshot is not None
    changes = kept.execution.take_changes()
    if instance.ended_at is not None:
        state.discard(instance.id, was_small)
        instance.snapshot = None
    else:
        instance.snapshot = state.keep(instance.id, was_small, kept.parts, changes)
        act.after_commit(partial(memory.put, instance.id, kept))
    instance.title = title(definition.process, kept.execution.variables()) or instance.title
    instance.revision += 1
    kept.revision = instance.revision
