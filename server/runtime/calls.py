"""Call activities: which version is called, how the called instance is linked, and what comes back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update

from server.database import add_rows, db
from server.engine.execution import Execution
from server.engine.facts import (
    CallCancelled,
    CallRequested,
    EscalationUncaught,
    Fact,
    InstanceCompleted,
    InstanceTerminated,
)
from server.errors import NotFound
from server.expressions import values
from server.records.activity_instance import ActivityInstance
from server.records.job import Job
from server.records.process_instance import ProcessInstance
from server.runtime.act import Act
from server.runtime.definitions import Deployed, bound, deployed
from server.runtime.jobs import new_job
from server.sentences import say


def find(fact: CallRequested, caller_definition_id: str) -> Deployed:
    """The version that is called. Raises NotFound with the key and how to mend it."""
    row = bound(fact.process_key, fact.binding, fact.version, caller_definition_id)
    if row is None:
        which = "" if fact.binding == "latest" else f" ({fact.binding} {fact.version or ''})".replace(" )", ")")
        raise NotFound(
            say(
                "The process %(process_key)s%(which)s is called but not deployed. Deploy it, then try again.",
                process_key=fact.process_key,
                which=which,
            )
        )
    return deployed(row.id)


def link(instance_id: str, called: Iterable[tuple[int, str]]) -> None:
    """Note at each call activity which instance it called."""
    for activity, child_id in called:
        db.session.execute(
            update(ActivityInstance)
            .where(ActivityInstance.instance_id == instance_id, ActivityInstance.activity == activity)
            .values(called_id=child_id)
            .execution_options(synchronize_session=False)
        )


@dataclass(frozen=True)
class Outcome:
    """How a called instance came out: with variables, or with an error or escalation for its caller."""

    variables: Mapping[str, Any]
    error: str | None = None
    escalation: str | None = None

    def give(self, execution: Execution, activity: int, moment: datetime) -> None:
        """Bring it to the call activity that waits for it."""
        if self.error is not None:
            execution.throw_error(activity, self.error, f"The called process ended with {self.error}.", {}, moment)
        elif self.escalation is not None:
            execution.throw_escalation(activity, self.escalation, self.variables, moment)
        else:
            execution.return_from_call(activity, self.variables, moment)


def outcome(facts: Sequence[Fact], execution: Execution) -> Outcome | None:
    """How the instance came out in this step; None while it goes on, or when it was cancelled from outside."""
    for fact in facts:
        if isinstance(fact, InstanceCompleted):
            return Outcome(execution.outputs())
        if isinstance(fact, InstanceTerminated) and fact.error_code is not None:
            return Outcome({}, error=fact.error_code)
    return None


def tell_caller(act: Act, instance: ProcessInstance, facts: Sequence[Fact], ended: Outcome | None) -> None:
    """Write the jobs that bring to the caller what came of it, and that end instances called in vain."""
    rows = [_cancel(act, instance, fact) for fact in facts if isinstance(fact, CallCancelled)]
    if instance.caller_id is not None:
        raised = [Outcome(fact.payload, escalation=fact.code) for fact in facts if isinstance(fact, EscalationUncaught)]
        rows += [_to_caller(act, instance, each) for each in [*raised, *([ended] if ended else [])]]
    add_rows(Job, rows)


def _cancel(act: Act, instance: ProcessInstance, fact: CallCancelled) -> dict[str, Any]:
    row = new_job("call_cancel", act.moment, act.moment, {})
    row.update(instance_id=instance.id, activity=fact.activity, element_key=fact.element)
    return row


def _to_caller(act: Act, instance: ProcessInstance, came: Outcome) -> dict[str, Any]:
    payload = {
        "variables": values.encode(dict(came.variables)),
        "error": came.error,
        "escalation": came.escalation,
    }
    row = new_job("call_return", act.moment, act.moment, payload)
    row.update(instance_id=instance.caller_id, activity=instance.caller_activity)
    return row
