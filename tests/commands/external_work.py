"""Models that ask for workers, and what the tests about them do again and again."""

from datetime import timedelta
from typing import Any

from server import clock
from server.commands import external_tasks, process_instances
from server.commands.external_tasks import LockedTask, Wish
from server.database import db
from server.identity.actor import CONSOLE, Actor
from server.records.external_task import ExternalTask
from server.records.process_instance import ProcessInstance
from tests.commands.conftest import flows

PRINT = (
    '<startEvent id="s"/><serviceTask id="print" name="Print" camunda:type="external" camunda:topic="print">'
    '<extensionElements><camunda:properties><camunda:property name="paper" value="A4"/></camunda:properties>'
    '</extensionElements></serviceTask><endEvent id="e"/>' + flows("s>print", "print>e")
)
JAMS = (
    '<startEvent id="s"/><serviceTask id="print" camunda:type="external" camunda:topic="print"/>'
    '<boundaryEvent id="jam" attachedToRef="print"><errorEventDefinition errorRef="JamError"/></boundaryEvent>'
    '<userTask id="mend" camunda:assignee="ann"/><endEvent id="e"/>'
    + flows("s>print", "print>e", "jam>mend")
    + '</process><error id="JamError" errorCode="JAM"/><process id="nothing">'
)
MAPPED = (
    '<startEvent id="s"/><serviceTask id="print" camunda:type="external" camunda:topic="print"><extensionElements>'
    '<camunda:inputOutput><camunda:inputParameter name="sheets">${3}</camunda:inputParameter>'
    '<camunda:outputParameter name="printed">${pages}</camunda:outputParameter></camunda:inputOutput>'
    '</extensionElements></serviceTask><userTask id="see" camunda:assignee="ann"/>' + flows("s>print", "print>see")
)


def started(key: str = "printing", **rest: Any) -> str:
    return process_instances.start(CONSOLE, key, {}, **rest).instance_id


def fetch(actor: Actor, worker: str = "w1", most: int = 1, seconds: float = 60, **wish: Any) -> list[LockedTask]:
    return external_tasks.fetch_and_lock(actor, worker, most, [Wish("print", seconds, **wish)])


def instance(instance_id: str) -> ProcessInstance:
    return db.session.get_one(ProcessInstance, instance_id, populate_existing=True)


def row(external_task_id: str) -> ExternalTask:
    return db.session.get_one(ExternalTask, external_task_id, populate_existing=True)


def later(seconds: float) -> None:
    clock.freeze(clock.now() + timedelta(seconds=seconds))
