"""What may be begun next in the ad-hoc sub-processes of an instance."""

from dataclasses import dataclass

from sqlalchemy import select

from server.bpmn.definition import AdHoc, Element, Kind
from server.database import db
from server.identity.actor import Actor
from server.records.activity_instance import ActivityInstance
from server.runtime import definitions
from server.runtime.finding import visible_instance


@dataclass(frozen=True)
class Choice:
    """An activity that a person may begin; `running` is how often it is being done just now."""

    element_key: str
    name: str
    kind: str
    documentation: str
    running: int


@dataclass(frozen=True)
class OpenAdHoc:
    """An ad-hoc sub-process that runs. `waits`: one is done after the other, so nothing can be begun yet.

    `may_finish`: no condition says when it ends, so whoever works in it does.
    """

    activity: int
    element_key: str
    name: str
    waits: bool
    may_finish: bool
    choices: tuple[Choice, ...]


def open_ad_hoc(actor: Actor, instance_id: str) -> tuple[OpenAdHoc, ...]:
    """Every ad-hoc sub-process in which a person may choose now, oldest first. Raises NotFound."""
    instance = visible_instance(actor, instance_id)
    if instance.state != "active":
        return ()
    process = definitions.process(instance.definition_id)
    kinds = {element.id: element for element in process.elements() if element.kind is Kind.AD_HOC_SUB_PROCESS}
    if not kinds:
        return ()
    live = db.session.execute(
        select(ActivityInstance.activity, ActivityInstance.element_key, ActivityInstance.outer)
        .where(ActivityInstance.instance_id == instance_id, ActivityInstance.ended_at.is_(None))
        .order_by(ActivityInstance.activity)
    ).all()
    running = {row.activity: [inner.element_key for inner in live if inner.outer == row.activity] for row in live}
    return tuple(
        _open(row.activity, kinds[row.element_key], running[row.activity]) for row in live if row.element_key in kinds
    )


def _open(activity: int, element: Element, running: list[str]) -> OpenAdHoc:
    how = element.ad_hoc or AdHoc()
    level = element.inner
    inside = [level.elements[key] for key in level.starts] if level is not None else []
    choices = tuple(
        Choice(each.id, each.name or each.id, each.kind, each.documentation, running.count(each.id)) for each in inside
    )
    return OpenAdHoc(
        activity,
        element.id,
        element.name or element.id,
        how.sequential and bool(running),
        how.completion is None,
        choices,
    )
