"""Open incidents with the same cause at the same element: what operators mend together."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from server.identity.actor import Actor
from server.records.definition import ProcessDefinition
from server.records.incident import Incident
from server.records.job import Job
from server.records.process_instance import ProcessInstance
from server.runtime.access import visible_instances


@dataclass(frozen=True)
class Group:
    """A cause at an element of a process, whatever its version. Empty: wherever it struck."""

    cause: str
    process_key: str = ""
    element_key: str = ""


def open_incidents(actor: Actor, group: Group) -> Select[Incident]:
    """Those of a group that the actor may see."""
    found = (
        select(Incident)
        .join(ProcessInstance, ProcessInstance.id == Incident.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == Incident.definition_id)
        .where(Incident.cause == group.cause, Incident.resolved_at.is_(None), visible_instances(actor))
    )
    if group.process_key:
        found = found.where(ProcessDefinition.key == group.process_key)
    if group.element_key:
        found = found.where(Incident.element_key == group.element_key)
    return found


def is_tried_again() -> Any:
    """The condition on `Incident`: a batch has it, and has not come to it yet."""
    return select(Job.id).where(Job.kind == "batch_item", Job.id == Incident.job_id, Job.state == "ready").exists()
