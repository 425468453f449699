"""Decisions: the list, one version with its table, a trial, and those that an instance made."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select, true

from server import dmn
from server.database import db
from server.dmn.contents import tables_of
from server.dmn.decision import Decision, Knowledge, Literal, Table
from server.dmn.questions import Question, answers, questions
from server.dmn.run import Seen
from server.errors import NotFound, Problem
from server.expressions import values
from server.expressions.feel import shown, to_feel
from server.identity.actor import CONSOLE, WORKER, Actor
from server.identity.permissions import Permission
from server.records.decision import DecisionDefinition
from server.records.deployment import Deployment, Resource
from server.records.identity import Person
from server.records.logs import HistoryEntry
from server.records.process_instance import ProcessInstance
from server.runtime import access, decisions
from server.sentences import say

MOST_MADE = 50
"""Decisions of one instance that are shown, the latest."""
MOST_ROWS = 1_000
"""Rules of one table that are shown, those that matched among them."""
_MISSING = say("There is no decision here by that address, or you may not see it.")
_BY_ITSELF = {actor.id: actor.name for actor in (WORKER, CONSOLE)}
POLICIES = {
    "U": say("Unique: at most one rule matches"),
    "A": say("Any: rules that match agree"),
    "P": say("Priority: the most important output of the rules that match"),
    "F": say("First: the first rule that matches"),
    "R": say("Rule order: every rule that matches, in order"),
    "O": say("Output order: every rule that matches, the most important output first"),
    "C": say("Collect: every rule that matches"),
    "C SUM": say("Collect: the sum of the rules that match"),
    "C MIN": say("Collect: the smallest of the rules that match"),
    "C MAX": say("Collect: the largest of the rules that match"),
    "C COUNT": say("Collect: the number of the rules that match"),
}


@dataclass(frozen=True)
class DecisionLine:
    """The latest version of a decision."""

    id: str
    key: str
    name: str
    version: int
    kind: str
    deployed_at: datetime
    deployed_by: str


@dataclass(frozen=True)
class VersionLine:
    id: str
    version: int
    version_tag: str
    latest: bool
    deployed_at: datetime
    deployed_by: str


@dataclass(frozen=True)
class RuleRow:
    """One rule as it is written; `matched` when it is shown for a decision that was made."""

    number: int
    tests: tuple[str, ...]
    outputs: tuple[str, ...]
    note: str
    matched: bool = False


@dataclass(frozen=True)
class TableView:
    """A decision table as people read it. `inputs` and `outputs` are pairs of label and what is below it: the
    expression, or the value that was looked at; `hidden` rules are not shown."""

    name: str
    policy: str
    inputs: tuple[tuple[str, str], ...]
    outputs: tuple[str, ...]
    rules: tuple[RuleRow, ...]
    has_notes: bool
    hidden: int = 0
    made: bool = False


@dataclass(frozen=True)
class DecisionView:
    """One version. `tables` are those of the decision and of what it requires; `texts` what is no table."""

    id: str
    key: str
    name: str
    version: int
    version_tag: str
    documentation: str
    latest: bool
    deployed_at: datetime
    deployed_by: str
    file: str
    digest: str
    notes: tuple[Problem, ...]
    versions: tuple[VersionLine, ...]
    tables: tuple[TableView, ...]
    texts: tuple[tuple[str, str], ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Trial:
    """What came of trying a decision."""

    value: str
    tables: tuple[TableView, ...]
    notes: tuple[str, ...] = ()
    is_broken: bool = False


@dataclass(frozen=True)
class Made:
    """A decision that an instance made, with its tables as they were then."""

    number: int
    at: datetime
    key: str
    name: str
    version: int
    element_key: str
    value: str
    definition_id: str
    tables: tuple[TableView, ...] = field(default=())
    notes: tuple[str, ...] = ()


def _may_see(actor: Actor) -> ColumnElement[bool]:
    return true() if actor.may(Permission.SEE_DEFINITIONS) else false()


def lines(actor: Actor, text: str = "") -> tuple[tuple[DecisionLine, ...], int]:
    """The latest version of every decision that fits, and how many decisions there are in all."""
    sought = text.strip().lower()
    columns = (DecisionDefinition.name, DecisionDefinition.key)
    fitting = or_(*(func.lower(column).contains(sought, autoescape=True) for column in columns)) if sought else true()
    deployer = func.coalesce(Person.name, Deployment.deployed_by)
    rows = db.session.execute(
        select(DecisionDefinition, Deployment.deployed_at, deployer)
        .join(Deployment, Deployment.id == DecisionDefinition.deployment_id)
        .outerjoin(Person, Person.id == Deployment.deployed_by)
        .where(DecisionDefinition.latest, _may_see(actor), fitting)
        .order_by(func.lower(DecisionDefinition.name), DecisionDefinition.key)
    )
    total = db.session.scalar(select(func.count()).where(DecisionDefinition.latest, _may_see(actor))) or 0
    found = tuple(
        DecisionLine(row.id, row.key, row.name, row.version, _kind(row.hit_policy), at, _BY_ITSELF.get(who, who))
        for row, at, who in rows
    )
    return found, total


def _kind(hit_policy: str) -> str:
    return say("Table: %(policy)s", policy=POLICIES[hit_policy]) if hit_policy else say("Expression")


def decision(actor: Actor, definition_id: str) -> DecisionView:
    """One version. Raises NotFound, also for those who may not see definitions."""
    row = db.session.execute(
        select(DecisionDefinition, Resource.name, Resource.digest)
        .join(Resource, Resource.id == DecisionDefinition.resource_id)
        .where(DecisionDefinition.id == definition_id, _may_see(actor))
    ).one_or_none()
    if row is None:
        raise NotFound(_MISSING)
    found: DecisionDefinition = row[0]
    deployed = decisions.deployed(found.id)
    versions = _versions(found.key)
    own = next(version for version in versions if version.id == found.id)
    owners = _owners(deployed.prepared, found.key)
    return DecisionView(
        id=found.id,
        key=found.key,
        name=found.name,
        version=found.version,
        version_tag=found.version_tag or "",
        documentation=found.documentation,
        latest=found.latest,
        deployed_at=own.deployed_at,
        deployed_by=own.deployed_by,
        file=row.name,
        digest=row.digest,
        notes=_notes(found),
        versions=versions,
        tables=tuple(_table(each.name, table) for each in owners for table in tables_of(each.logic)),
        texts=tuple((each.name, each.logic.text) for each in owners if isinstance(each.logic, Literal)),
        questions=questions(deployed.prepared, found.key),
    )


def _notes(found: DecisionDefinition) -> tuple[Problem, ...]:
    return tuple(Problem(text, element, line, None, level) for level, element, line, text in json.loads(found.notes))


def _versions(key: str) -> tuple[VersionLine, ...]:
    rows = db.session.execute(
        select(DecisionDefinition, Deployment.deployed_at, func.coalesce(Person.name, Deployment.deployed_by))
        .join(Deployment, Deployment.id == DecisionDefinition.deployment_id)
        .outerjoin(Person, Person.id == Deployment.deployed_by)
        .where(DecisionDefinition.key == key)
        .order_by(DecisionDefinition.version.desc())
    )
    return tuple(
        VersionLine(row.id, row.version, row.version_tag or "", row.latest, at, _BY_ITSELF.get(who, who))
        for row, at, who in rows
    )


def _owners(prepared: dmn.Prepared, key: str) -> list[Decision | Knowledge]:
    """The decision, then what it requires."""
    place = prepared.find(key)
    waiting = [place] if place is not None else []
    seen = []
    while waiting:
        current = waiting.pop(0)
        if current not in seen:
            seen.append(current)
            waiting += [link.place for link in prepared.ready[current].links]
    elements = [prepared.links.elements[each] for each in seen]
    return [each for each in elements if isinstance(each, (Decision, Knowledge))]


def _table(owner: str, table: Table, seen: Mapping[str, Any] | None = None) -> TableView:
    """A table as it is written, or, with *seen*, as a decision saw it."""
    matched = frozenset(seen["rules"]) if seen else frozenset()
    kept = [rule for place, rule in enumerate(table.rules) if place < MOST_ROWS or rule.number in matched]
    below = (
        [shown(value, True) for value in seen["inputs"]] if seen else [each.expression.text for each in table.inputs]
    )
    policy = f"{table.hit_policy} {table.aggregation}".strip()
    return TableView(
        name=owner,
        policy=POLICIES[policy],
        inputs=tuple(zip((each.label for each in table.inputs), below, strict=False)),
        outputs=tuple(each.label or each.name or owner for each in table.outputs),
        rules=tuple(
            RuleRow(
                rule.number,
                tuple(test.text or "-" for test in rule.tests),
                tuple(output.text for output in rule.outputs),
                " ".join(rule.annotations),
                rule.number in matched,
            )
            for rule in kept
        ),
        has_notes=any(note for rule in table.rules for note in rule.annotations),
        hidden=len(table.rules) - len(kept),
        made=seen is not None,
    )


def file(actor: Actor, definition_id: str) -> tuple[str, bytes]:
    """The name and the untouched bytes of the file that was deployed. Raises NotFound."""
    row = db.session.execute(
        select(Resource.name, Resource.content)
        .join(DecisionDefinition, DecisionDefinition.resource_id == Resource.id)
        .where(DecisionDefinition.id == definition_id, _may_see(actor))
    ).one_or_none()
    if row is None:
        raise NotFound(_MISSING)
    return row.name, row.content


def tried(actor: Actor, definition_id: str, given: Mapping[str, str]) -> Trial:
    """The decision for what a person wrote down. Raises NotFound, Invalid with a problem for each value, Failure."""
    if not actor.may(Permission.SEE_DEFINITIONS):
        raise NotFound(_MISSING)
    found = decisions.deployed(definition_id)
    outcome = dmn.decide(found.prepared, found.key, answers(questions(found.prepared, found.key), given))
    return Trial(
        shown(outcome.value, True),
        _tables(found.prepared, found.key, [_plain(seen) for seen in outcome.tables]),
        tuple(f"{note.owner}: {note.text}" for note in outcome.notes),
        outcome.broken,
    )


def _plain(seen: Seen) -> dict[str, Any]:
    return {"owner": seen.owner, "table": seen.name, "inputs": list(seen.inputs), "rules": list(seen.rules)}


def _tables(prepared: dmn.Prepared, key: str, told: list[dict[str, Any]]) -> tuple[TableView, ...]:
    """The tables that a decision looked at, as it saw them."""
    known = {
        (owner.name, table.id or ""): table for owner in _owners(prepared, key) for table in tables_of(owner.logic)
    }
    found = [(each["owner"], known.get((each["owner"], each["table"])), each) for each in told]
    return tuple(_table(owner, table, seen) for owner, table, seen in found if table is not None)


def made(actor: Actor, instance_id: str) -> tuple[Made, ...]:
    """The decisions of an instance that the actor may see, the latest first. Raises NotFound."""
    if not db.session.scalar(
        select(ProcessInstance.id).where(ProcessInstance.id == instance_id, access.visible_instances(actor))
    ):
        raise NotFound(say("There is no process instance here by that address, or you may not see it."))
    rows = db.session.execute(
        select(HistoryEntry.at, HistoryEntry.facts)
        .where(HistoryEntry.instance_id == instance_id, HistoryEntry.facts.contains('["DecisionMade",'))
        .order_by(HistoryEntry.id.desc())
        .limit(MOST_MADE)
    )
    facts = [(at, fields) for at, text in rows for kind, fields in reversed(json.loads(text)) if kind == "DecisionMade"]
    return tuple(_made(number, at, fields) for number, (at, fields) in enumerate(facts[:MOST_MADE], 1))


def _made(number: int, at: datetime, fields: Mapping[str, Any]) -> Made:
    told = values.decode(fields["told"])
    found = decisions.deployed(told["definition_id"])
    seen = [{**each, "inputs": [to_feel(value) for value in each["inputs"]]} for each in told["tables"]]
    return Made(
        number,
        at,
        told["key"],
        told["name"],
        told["version"],
        fields["element"],
        shown(to_feel(told["value"]), True),
        told["definition_id"],
        _tables(found.prepared, found.key, seen),
        tuple(told["notes"]),
    )
