"""Withdraw a deployment that nothing has come of: its versions go as if they had never been deployed."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update

from server.database import change, db
from server.errors import Conflict, NotFound
from server.identity.permissions import Permission
from server.records.calendar import CalendarUse
from server.records.decision import DecisionDefinition
from server.records.definition import FormDefinition, ProcessDefinition
from server.records.definition_comment import DefinitionComment
from server.records.deployment import Deployment, Resource
from server.records.notice import Notice
from server.records.process_instance import ProcessInstance
from server.runtime import definitions
from server.runtime.act import Act
from server.runtime.starting import forget_starts, watch_starts
from server.runtime.transaction import command
from server.sentences import say


@command(Permission.DEPLOY)
def withdraw(act: Act, deployment_id: str, reason: str) -> None:
    """Remove a deployment with its versions of processes; the versions before them are the latest again.

    Raises NotFound, and Conflict for what has run, and for forms and decisions: others may name these.
    """
    deployment = db.session.get(Deployment, deployment_id, with_for_update=True)
    own = select(ProcessDefinition).where(ProcessDefinition.deployment_id == deployment_id)
    # Locked, so that nothing is started of them meanwhile.
    versions = db.session.scalars(own.order_by(ProcessDefinition.id).with_for_update()).all()
    if deployment is None or not _in_scope(act, versions):
        raise NotFound(say("There is no such deployment."))
    _refuse_shared(deployment_id)
    for row in versions:
        _refuse_used(row)
    names = db.session.scalars(select(Resource.name).where(Resource.deployment_id == deployment_id)).all()
    keys = sorted({row.key for row in versions if row.latest})
    told = {"files": sorted(names), "versions": sorted(f"{row.key} {row.version}" for row in versions)}
    act.on(deployment_id, reason=reason, details=told)
    for key in keys:
        forget_starts(key)
    _remove(deployment_id, [row.id for row in versions])
    for key in keys:
        _make_latest(act, key)


def _in_scope(act: Act, versions: Sequence[ProcessDefinition]) -> bool:
    allowed = act.actor.process_keys
    return not allowed or (bool(versions) and all(row.key in allowed for row in versions))


def _refuse_shared(deployment_id: str) -> None:
    for kind in (FormDefinition, DecisionDefinition):
        key = db.session.scalar(select(kind.key).where(kind.deployment_id == deployment_id).order_by(kind.key).limit(1))
        if key is not None:
            raise Conflict(
                say("The deployment holds %(key)s, which other models may name. Forms and decisions stay.", key=key)
            )


def _refuse_used(row: ProcessDefinition) -> None:
    count = select(func.count()).select_from(ProcessInstance).where(ProcessInstance.definition_id == row.id)
    if db.session.scalar(count):
        raise Conflict(
            say(
                "%(name)s version %(version)s has run, and what has run stays with its history. Suspend it instead.",
                name=row.name,
                version=row.version,
            )
        )


def _remove(deployment_id: str, version_ids: Sequence[str]) -> None:
    change(update(Notice).where(Notice.definition_id.in_(version_ids)).values(definition_id=None), {})
    for kind in (CalendarUse, DefinitionComment):
        change(delete(kind).where(kind.definition_id.in_(version_ids)), {})
    db.session.expunge_all()
    change(delete(ProcessDefinition).where(ProcessDefinition.id.in_(version_ids)), {})
    change(delete(Resource).where(Resource.deployment_id == deployment_id), {})
    change(delete(Deployment).where(Deployment.id == deployment_id), {})


def _make_latest(act: Act, key: str) -> None:
    """The version before is started by its events again, if there is one."""
    before = select(ProcessDefinition).where(ProcessDefinition.key == key)
    row = db.session.scalar(before.order_by(ProcessDefinition.version.desc()).limit(1))
    if row is None:
        return
    row.latest = True
    db.session.flush()
    if row.executable:
        watch_starts(act, row.id, definitions.process(row.id))
