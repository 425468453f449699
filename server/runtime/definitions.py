"""Definitions in memory: parsed once, immutable, shared by all instances and threads. Rows are the truth."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import bindparam, select

from server import bpmn
from server.bpmn.definition import FormReference, Process
from server.database import db, rows
from server.engine.construction import Program, construct
from server.errors import NotFound
from server.forms.definition import Form
from server.forms.dialects import form_js, model_fields
from server.records.definition import FormDefinition, ProcessDefinition
from server.records.deployment import Deployment, Resource
from server.sentences import say


@dataclass(frozen=True)
class Deployed:
    """A version of a process, ready to run."""

    definition_id: str
    key: str
    version: int
    process: Process
    program: Program | None  # None: drawn, but not meant to run


_PARSED = 512


def deployed(definition_id: str) -> Deployed:
    """The version with this id. Raises NotFound."""
    return _deployed(definition_id)


@lru_cache(_PARSED)
def _deployed(definition_id: str) -> Deployed:
    row = db.session.execute(
        select(
            ProcessDefinition.key,
            ProcessDefinition.version,
            ProcessDefinition.executable,
            Resource.content,
            Resource.name,
        )
        .join(Resource, Resource.id == ProcessDefinition.resource_id)
        .where(ProcessDefinition.id == definition_id)
    ).one_or_none()
    if row is None:
        raise NotFound(say("There is no process definition %(definition_id)s.", definition_id=definition_id))
    found = next(p for p in bpmn.read_model(row.content, row.name).processes if p.key == row.key)
    # What it was deployed for counts, even if the rules have become stricter or milder since.
    process = replace(found, executable=row.executable)
    return Deployed(definition_id, row.key, row.version, process, construct(process) if row.executable else None)


def process(definition_id: str) -> Process:
    """What the version means. Raises NotFound."""
    return deployed(definition_id).process


def xml(definition_id: str) -> tuple[str, bytes]:
    """The name and the untouched bytes of the file the version came from. Raises NotFound."""
    row = db.session.execute(
        select(Resource.name, Resource.content)
        .join(ProcessDefinition, ProcessDefinition.resource_id == Resource.id)
        .where(ProcessDefinition.id == definition_id)
    ).one_or_none()
    if row is None:
        raise NotFound(say("There is no process definition %(definition_id)s.", definition_id=definition_id))
    return row.name, row.content


def form(reference: FormReference | None, then: datetime | None = None) -> Form | None:
    """The form that an element shows: the latest version of a deployed one, or the fields written in the model.

    With *then*, the version that was the latest at that moment.

    Raises NotFound when the model names a form that has not been deployed.
    """
    if reference is None:
        return None
    if reference.key is None:
        return model_fields.read(reference) if reference.fields else None
    form_id = _latest_form(reference.key) if then is None else _form_as_of(reference.key, then)
    if form_id is None:
        raise NotFound(
            say(
                "The form %(key)s has not been deployed. Deploy the file of that form, then try again.",
                key=reference.key,
            )
        )
    return _form(form_id)


def _latest_form(key: str) -> str | None:
    return db.session.scalar(select(FormDefinition.id).where(FormDefinition.key == key, FormDefinition.latest))


def _form_as_of(key: str, then: datetime) -> str | None:
    """The version that was the latest at that moment; of a form that came later (a played past), the first one."""
    rows = db.session.execute(
        select(FormDefinition.id, Deployment.deployed_at)
        .join(Deployment, Deployment.id == FormDefinition.deployment_id)
        .where(FormDefinition.key == key)
        .order_by(FormDefinition.version)
    ).all()
    known = [row.id for row in rows if row.deployed_at <= then] or [row.id for row in rows[:1]]
    return known[-1] if known else None


@lru_cache(_PARSED)
def _form(form_id: str) -> Form:
    content = db.session.scalar(
        select(Resource.content)
        .join(FormDefinition, FormDefinition.resource_id == Resource.id)
        .where(FormDefinition.id == form_id)
    )
    if content is None:
        raise NotFound(say("There is no form %(form_id)s.", form_id=form_id))
    return form_js.read(content)


class Latest(NamedTuple):
    """What has to be known of the newest version of a process before it is started."""

    id: str
    name: str
    suspended: bool
    starters: str  # JSON list of "user:ada" and "group:it"; empty: everybody


_LATEST = select(*(getattr(ProcessDefinition, name) for name in Latest._fields)).where(
    ProcessDefinition.key == bindparam("process_key"), ProcessDefinition.latest
)


def latest(process_key: str) -> Latest | None:
    """The newest version of a process, if there is one."""
    row = rows(_LATEST, {"process_key": process_key}).one_or_none()
    return None if row is None else Latest(*row)


def bound(process_key: str, binding: str, version: str | None, caller_definition_id: str) -> ProcessDefinition | None:
    """The version that a call activity is bound to: latest, deployment, version or versionTag."""
    query = select(ProcessDefinition).where(ProcessDefinition.key == process_key)
    if binding == "version":
        query = query.where(ProcessDefinition.version == int(version or 0))
    elif binding == "versionTag":
        query = query.where(ProcessDefinition.version_tag == version).order_by(ProcessDefinition.version.desc())
    elif binding == "deployment":
        same = select(ProcessDefinition.deployment_id).where(ProcessDefinition.id == caller_definition_id)
        query = query.where(ProcessDefinition.deployment_id == same.scalar_subquery())
    else:
        query = query.where(ProcessDefinition.latest)
    return db.session.scalar(query.limit(1))
