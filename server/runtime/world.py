"""The world as a running process instance meets it: rows, which stay locked until the step's transaction ends."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from server.bpmn.definition import DecisionReference
from server.database import db
from server.engine.world import Made
from server.errors import Failure, NotFound
from server.expressions import values
from server.expressions.business_time import BusinessTime
from server.records.data_store import DataStore
from server.runtime import calendars, decisions


class Rows:
    """What the engine asks for, answered from the database, for instances of one version of a process."""

    def __init__(self, definition_id: str, zone: str = "") -> None:
        self._definition_id, self._zone = definition_id, zone  # the zone that the process names

    def read_store(self, name: str) -> Any:
        text = db.session.scalar(select(DataStore.value).where(DataStore.name == name).with_for_update())
        return None if text is None else values.load(text)

    def calendar(self, key: str) -> BusinessTime:
        try:
            return calendars.business_time(key, self._zone)
        except NotFound as rejection:
            raise Failure(rejection.message) from rejection

    def decide(self, reference: DecisionReference, key: str, version: str | None, scope: Mapping[str, Any]) -> Made:
        value, told = decisions.made(
            key, reference.binding, version, reference.result_mapping, scope, self._definition_id, reference.line
        )
        return Made(value, told)
