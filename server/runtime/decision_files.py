"""Reads DMN files that are to be deployed, and keeps them: each decision a version of its own."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select, update

from server import dmn
from server.database import db, new_id
from server.dmn.analysis import warnings
from server.dmn.decision import Decision, Literal, Model, Table
from server.errors import Invalid, Problem
from server.records.decision import DecisionDefinition, DecisionFile
from server.records.deployment import Deployment, Resource
from server.runtime.act import Act
from server.runtime.decisions import add_imported
from server.sentences import say

ENDINGS = (".dmn", ".dmn11.xml", ".dmn.xml")


@dataclass(frozen=True)
class Source:
    """A file that has been read; `notes` are its warnings."""

    name: str
    content: bytes
    digest: str
    model: Model
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]


@dataclass(frozen=True)
class KeptDecision:
    """A version; `is_new` is false when the very same bytes had been deployed before."""

    id: str
    key: str
    name: str
    version: int
    is_new: bool


def read_files(act: Act, files: Sequence[tuple[str, bytes]]) -> tuple[list[Source], list[Problem]]:
    """The DMN files of a deployment, which may import each other and what was deployed before, and every problem."""
    readings: list[tuple[str, bytes, dmn.Reading]] = []
    problems: list[Problem] = []
    for name, content in files:
        try:
            readings.append((name, content, dmn.read_model(content, name)))
        except Invalid as error:
            problems += [replace(each, resource=name) for each in error.problems]
    together = {reading.model.namespace: reading.model for _, _, reading in readings}
    sources = [_source(act, name, content, reading, together) for name, content, reading in readings]
    problems += [problem for source in sources for problem in source.problems]
    return sources, problems + _clashes(sources)


def _source(act: Act, name: str, content: bytes, reading: dmn.Reading, together: dict[str, Model]) -> Source:
    model = reading.model
    found = {**together, model.namespace: model}
    for each in list(found.values()):
        add_imported(each, found, None, act.moment)
    prepared = dmn.prepare_model(model, [each for each in found.values() if each is not model], name)
    said = [*reading.problems, *prepared.problems]
    if not any(problem.level == "problem" for problem in said):
        said += [warning for decision in model.decisions for warning in _doubts(decision, model, name)]
    if not model.decisions and not model.knowledge and not model.types:
        said.append(Problem(say("There is no decision in this file. Draw one, or choose another file."), resource=name))
    return Source(
        name,
        content,
        hashlib.sha256(content).hexdigest(),
        model,
        tuple(each for each in said if each.level == "problem"),
        tuple(each for each in said if each.level != "problem"),
    )


def _doubts(decision: Decision, model: Model, name: str) -> list[Problem]:
    def allowed_by(type_name: str) -> Literal | None:
        return next((each.allowed for each in model.types if each.name == type_name and not each.is_list), None)

    if not isinstance(decision.logic, Table):
        return []
    return [replace(each, element=decision.id) for each in warnings(decision.logic, decision.name, name, allowed_by)]


def _clashes(sources: Sequence[Source]) -> list[Problem]:
    """Two files of one deployment must not bring the same decision."""
    seen: dict[str, str] = {}
    problems = []
    for each in sources:
        for decision in each.model.decisions:
            if decision.id in seen:
                told = f"The decision {decision.id} is in {seen[decision.id]} too. Deploy one of them only."
                problems.append(Problem(told, decision.id, decision.line, each.name))
            seen.setdefault(decision.id, each.name)
    return problems


def keep(deployment: Deployment, source: Source) -> list[KeptDecision]:
    """Keep a file: its bytes untouched, its decisions as versions, unless they are the latest already."""
    last = {decision.id: _latest(decision.id) for decision in source.model.decisions}
    known = [found for found in last.values() if found is not None and found[1] == source.digest]
    if last and len(known) == len(last):
        return [KeptDecision(row.id, row.key, row.name, row.version, False) for row, _ in known]
    resource = Resource(
        id=new_id(),
        deployment_id=deployment.id,
        name=source.name,
        kind="dmn",
        digest=source.digest,
        content=source.content,
    )
    db.session.add(resource)
    db.session.flush()
    db.session.add(DecisionFile(resource_id=resource.id, namespace=source.model.namespace))
    return [_kept(deployment, resource, source, decision, last[decision.id]) for decision in source.model.decisions]


def _latest(key: str) -> tuple[DecisionDefinition, str] | None:
    row = db.session.execute(
        select(DecisionDefinition, Resource.digest)
        .join(Resource, Resource.id == DecisionDefinition.resource_id)
        .where(DecisionDefinition.key == key, DecisionDefinition.latest)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def _kept(
    deployment: Deployment,
    resource: Resource,
    source: Source,
    decision: Decision,
    last: tuple[DecisionDefinition, str] | None,
) -> KeptDecision:
    if last is not None:
        older = update(DecisionDefinition).where(DecisionDefinition.key == decision.id)
        db.session.execute(older.values(latest=False))
    own = [note for note in source.notes if note.element in (decision.id, None)]
    table = decision.logic if isinstance(decision.logic, Table) else None
    row = DecisionDefinition(
        id=new_id(),
        key=decision.id,
        version=1 + (last[0].version if last else 0),
        version_tag=decision.version_tag,
        name=decision.name,
        documentation=decision.documentation,
        hit_policy=f"{table.hit_policy} {table.aggregation}".strip() if table else "",
        latest=True,
        deployment_id=deployment.id,
        resource_id=resource.id,
        notes=json.dumps([[note.level, note.element, note.line, note.text] for note in own]),
    )
    db.session.add(row)
    db.session.flush()
    return KeptDecision(row.id, row.key, row.name, row.version, True)
