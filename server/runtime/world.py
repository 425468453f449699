"""The world as a running process instance meets it: data stores are rows, locked until the step's transaction ends."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from server.bpmn.definition import DecisionReference
from server.database import db
from server.errors import Failure
from server.expressions import values
from server.records.data_store import DataStore


class Rows:
    """What the engine asks for, answered from the database."""

    def read_store(self, name: str) -> Any:
        text = db.session.scalar(select(DataStore.value).where(DataStore.name == name).with_for_update())
        return None if text is None else values.load(text)

    def decide(self, reference: DecisionReference, key: str, version: str | None, scope: Mapping[str, Any]) -> Any:
        raise Failure(f"The decision '{key}' has not been deployed. Deploy it, then try again.", reference.line)


ROWS = Rows()
