"""How an instance is kept never changes what it does: in memory or not, as one value or rows, loaded whole or not."""

from collections.abc import Callable

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, select

from server import clock
from server.bpmn.definition import Loop
from server.database import db
from server.engine.construction import construct
from server.engine.execution import Execution
from server.engine.snapshot import portion
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.records.definition import ProcessDefinition
from server.records.logs import HistoryEntry
from server.records.process_instance import ProcessInstance
from server.runtime import instances, state
from server.runtime.act import Act
from server.runtime.definitions import Deployed
from server.runtime.memory import Memory
from server.runtime.transaction import command
from tests.commands.conftest import APPROVAL, deploy
from tests.engine import models as make
from tests.engine.arrivals import arrivals, begin, come
from tests.engine.random_models import ACTIVITIES, BLOCKS, begun

KEPT = tuple(kind for kind in ACTIVITIES if kind not in ("call", "decision"))  # those two ask for other rows
WAYS = {
    # places in memory, characters of the largest single value, whether rows are loaded in portions
    "in memory, one value": (9, 1_000_000, True),
    "in memory, rows": (9, 0, True),
    "one value": (0, 1_000_000, True),
    "rows in portions": (0, 0, True),
    "rows, loaded whole": (0, 0, False),
    "rows in portions, in memory from then on": (9, 0, True),
}


@command(Permission.WORK, audited=False)
def start(act: Act, definition: Deployed, n: int, at: tuple[str, int] | None) -> str:
    key, number = at or (None, 0)
    given = {"n": n, "log": []}
    return instances.begin(act, definition, given, start_element=key, payload={}, number=number)[0].id


@command(Permission.WORK, audited=False)
def move(act: Act, instance_id: str, push: Callable[[Execution], None]) -> None:
    instances.advance(act, instance_id, push)


def told(instance_id: str) -> list[str]:
    """What history says about an instance, in order."""
    found = select(HistoryEntry.facts).where(HistoryEntry.instance_id == instance_id).order_by(HistoryEntry.id)
    return list(db.session.scalars(found))


def kept(instance_id: str) -> dict[str, str]:
    """Everything that the database has of its state."""
    instance = db.session.get_one(ProcessInstance, instance_id)
    found = state.load(instance_id, instance.snapshot) if instance.ended_at is None else {}
    return found | state.load_more(instance_id, None)


class Kept:
    """The same instance, kept in one of the ways."""

    def __init__(self, patch: pytest.MonkeyPatch, way: str) -> None:
        places, self._largest, self._in_portions = WAYS[way]
        self._patch, self._memory, self.instance_id = patch, Memory(places), ""

    def prepare(self) -> None:
        self._patch.setattr(instances, "memory", self._memory)
        self._patch.setattr(state, "LARGEST_SNAPSHOT", self._largest)
        self._patch.setattr(state, "portion", portion if self._in_portions else lambda key: 0)


@pytest.mark.parametrize("block", BLOCKS)
@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_no_way_of_keeping_an_instance_changes_what_it_does(
    app: Flask, ann: Actor, block: str, data: st.DataObject
) -> None:
    process, at = data.draw(begun(KEPT, block))
    n = data.draw(st.integers(0, 9))
    play = begin(process, n, at)
    with pytest.MonkeyPatch.context() as patch:
        definition = Deployed(_definition_id(), process.key, 1, process, construct(process))
        patch.setattr(instances, "deployed", lambda definition_id: definition)
        clock.freeze(play.moment)
        ways = [Kept(patch, way) for way in WAYS]
        for way in ways:
            way.prepare()
            way.instance_id = start(ann, definition, n, at)
        for _ in range(8):
            if not (open_now := arrivals(play)):
                break
            command, values = come(play, data.draw(st.sampled_from(open_now)), data.draw(st.integers(0, 9)))
            clock.freeze(play.moment)
            for way in ways:
                way.prepare()
                move(ann, way.instance_id, lambda execution: getattr(execution, command)(*values))  # noqa: B023 # called at once
        for way in ways:
            way.prepare()
            assert told(way.instance_id) == told(ways[0].instance_id)
            assert kept(way.instance_id) == play.parts
        db.session.rollback()


@pytest.mark.parametrize("wide", [30, 300])
def test_completing_one_of_many_user_tasks_reads_only_what_it_needs(app: Flask, ann: Actor, wide: int) -> None:
    process = make.process(make.user("u", loop=Loop("parallel", cardinality=make.python(str(wide)))))
    read: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        definition = Deployed(_definition_id(), process.key, 1, process, construct(process))
        patch.setattr(instances, "deployed", lambda definition_id: definition)
        way = Kept(patch, "rows in portions")
        way.prepare()
        way.instance_id = start(ann, definition, 0, None)
        rows = state._read

        def counted(*wanted: ColumnElement[bool]) -> dict[str, str]:
            found = rows(*wanted)
            read.append(len(found))
            return found

        patch.setattr(state, "_read", counted)
        move(ann, way.instance_id, lambda execution: execution.complete_user_task(9, {}, "ann", clock.now()))
    assert sum(read) <= 10


def _definition_id() -> str:
    """Any version: instances need one to belong to."""
    found = db.session.scalars(select(ProcessDefinition.id)).first()
    if found is None:
        deploy(("approval", APPROVAL))
        return _definition_id()
    db.session.rollback()
    return found
