"""Decisions in memory, and how they are made for a process: prepared once, immutable, shared by all threads."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, select

from server import dmn
from server.database import db
from server.dmn.decision import Decision, Model
from server.dmn.evaluate import Outcome
from server.errors import Failure, NotFound
from server.expressions.feel import Range, from_feel, shown
from server.expressions.feel.values import FeelFunction
from server.records.decision import DecisionDefinition, DecisionFile
from server.records.definition import ProcessDefinition
from server.records.deployment import Deployment, Resource
from server.sentences import say

_PREPARED = 128
_MOST_TOLD = 20
"""Tables of one decision that history keeps."""


@dataclass(frozen=True)
class DeployedDecision:
    """A version of a decision, ready to be made."""

    definition_id: str
    key: str
    version: int
    decision: Decision
    prepared: dmn.Prepared


def deployed(definition_id: str) -> DeployedDecision:
    """The version with this id. Raises NotFound."""
    row = db.session.get(DecisionDefinition, definition_id)
    if row is None:
        raise NotFound(say("There is no decision definition %(definition_id)s.", definition_id=definition_id))
    return _deployed(row.id, row.key, row.version, row.resource_id)


@lru_cache(1024)
def _deployed(definition_id: str, key: str, version: int, resource_id: str) -> DeployedDecision:
    prepared = _prepared(resource_id)
    decision = next(each for each in prepared.model.decisions if each.id == key)
    return DeployedDecision(definition_id, key, version, decision, prepared)


@lru_cache(_PREPARED)
def _prepared(resource_id: str) -> dmn.Prepared:
    row = db.session.execute(
        select(Resource.name, Resource.content, Deployment.id, Deployment.deployed_at)
        .join(Deployment, Deployment.id == Resource.deployment_id)
        .where(Resource.id == resource_id)
    ).one()
    model = dmn.read_model(row.content, row.name).model
    found: dict[str, Model] = {model.namespace: model}
    add_imported(model, found, row.id, row.deployed_at)
    return dmn.prepare_model(model, [each for each in found.values() if each is not model], row.name)


def add_imported(model: Model, found: dict[str, Model], deployment_id: str | None, moment: Any) -> None:
    """Add the deployed files that *model* imports, and those which these import: of the same deployment, or else the
    last that had been deployed at that moment, so that a version means the same for ever."""
    for each in model.imports:
        if each.namespace in found:
            continue
        row = db.session.execute(_file_of(each.namespace, deployment_id, moment)).first()
        if row is not None:
            found[each.namespace] = dmn.read_model(row.content, row.name).model
            add_imported(found[each.namespace], found, deployment_id, moment)


def _file_of(namespace: str, deployment_id: str | None, moment: Any) -> Select[str, bytes]:
    return (
        select(Resource.name, Resource.content)
        .join(DecisionFile, DecisionFile.resource_id == Resource.id)
        .join(Deployment, Deployment.id == Resource.deployment_id)
        .where(DecisionFile.namespace == namespace, Deployment.deployed_at <= moment)
        .order_by((Deployment.id == deployment_id).desc(), Deployment.deployed_at.desc())
        .limit(1)
    )


def bound(key: str, binding: str, version: str | None, caller_definition_id: str) -> DecisionDefinition | None:
    """The version that a business rule task is bound to: latest, deployment, version or versionTag."""
    query = select(DecisionDefinition).where(DecisionDefinition.key == key)
    if binding == "version":
        if not (version or "").isdecimal():
            return None
        query = query.where(DecisionDefinition.version == int(version or 0))
    elif binding == "versionTag":
        query = query.where(DecisionDefinition.version_tag == version).order_by(DecisionDefinition.version.desc())
    elif binding == "deployment":
        same = select(ProcessDefinition.deployment_id).where(ProcessDefinition.id == caller_definition_id)
        query = query.where(DecisionDefinition.deployment_id == same.scalar_subquery())
    else:
        query = query.where(DecisionDefinition.latest)
    return db.session.scalar(query.limit(1))


def made(
    key: str,
    binding: str,
    version: str | None,
    result_mapping: str | None,
    scope: Mapping[str, Any],
    caller_definition_id: str,
    line: int = 0,
) -> tuple[Any, dict[str, Any]]:
    """The result of a decision for a business rule task, and what history is told of it; plain values both.

    `result_mapping` is singleEntry, singleResult, collectEntries, resultList or None: the value as the decision has
    it. Raises Failure when there is no such decision, or it cannot be made.
    """
    row = bound(key, binding, version, caller_definition_id)
    if row is None:
        which = {"version": f" in version {version}", "versionTag": f" tagged {version}"}.get(binding, "")
        which = " in the deployment of this process" if binding == "deployment" else which
        raise Failure(f"The decision '{key}'{which} is not deployed. Deploy its .dmn file, then retry.", line)
    found = _deployed(row.id, row.key, row.version, row.resource_id)
    outcome = dmn.decide(found.prepared, key, scope)
    if outcome.broken:
        reasons = "; ".join(f"{note.owner}: {note.text}" for note in outcome.notes if note.broken)
        raise Failure(f"The decision '{key}' cannot be made: {reasons}.", line)
    value = plain(mapped(outcome, result_mapping, key, line))
    return value, told(found, outcome, value)


def told(found: DeployedDecision, outcome: Outcome, value: Any) -> dict[str, Any]:
    """A decision as history keeps it: the inputs of each table, the rules that matched, the outputs that counted."""
    return {
        "key": found.key,
        "name": found.decision.name,
        "version": found.version,
        "definition_id": found.definition_id,
        "value": value,
        "tables": [
            {
                "owner": seen.owner,
                "table": seen.name,
                "inputs": [plain(each) for each in seen.inputs],
                "rules": list(seen.rules),
                "outputs": [plain(dict(row)) for row in seen.outputs],
            }
            for seen in outcome.tables[-_MOST_TOLD:]
        ],
        "notes": [f"{note.owner}: {note.text}" for note in outcome.notes],
    }


def plain(value: Any) -> Any:
    """A value as a variable has it; ranges and functions, which no variable can keep, as FEEL writes them."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    return shown(value) if isinstance(value, (Range, FeelFunction)) else from_feel(value)


def mapped(outcome: Outcome, result_mapping: str | None, key: str, line: int = 0) -> Any:
    """The value of a decision as a task wants it. Raises Failure when it has more rows or columns than wanted."""
    rows = outcome.rows
    if result_mapping in ("singleEntry", "singleResult") and len(rows) > 1:
        told_ = f"The decision '{key}' has {len(rows)} results, but its task wants one; map the result as a list."
        raise Failure(told_, line)
    if result_mapping in ("singleEntry", "collectEntries"):
        wide = next((row for row in rows if len(row) > 1), None)
        if wide is not None:
            raise Failure(
                f"The decision '{key}' has the outputs {', '.join(wide)}, but its task wants single values; "
                "map the result as singleResult or resultList.",
                line,
            )
    entries = [next(iter(row.values()), None) for row in rows]
    match result_mapping:
        case "singleEntry":
            return entries[0] if entries else None
        case "collectEntries":
            return entries
        case "singleResult":
            return dict(rows[0]) if rows else None
        case "resultList":
            return [dict(row) for row in rows]
    return outcome.value
