"""Choosing by values of variables. They are no columns: SQL says who has such a variable, its state says the value."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, exists, or_

from server.records.logs import HistoryEntry
from server.records.process_instance import InstancePart, ProcessInstance
from server.runtime.left_behind import CHANGED

Row = TypeVar("Row")
Rank = tuple[str, Any]


@dataclass(frozen=True)
class Having:
    """A variable that has to be there with such a value. `operator`: eq, neq, gt, gteq, lt, lteq, like or notLike.

    `text`: how the value was written, where nobody said its type: a variable that holds text is compared with that.
    """

    name: str
    value: Any
    operator: str = "eq"
    text: str | None = None

    def holds(self, known: Mapping[str, Any]) -> bool:
        """Whether it does for these variables; values of different kinds are neither greater nor less."""
        if self.name not in known:
            return False
        value = known[self.name]
        return OPERATORS[self.operator](value, self._meant_for(value))

    def _meant_for(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.value if self.text is None else self.text
        if isinstance(value, date) and isinstance(self.value, str):
            try:
                return datetime.fromisoformat(self.value)
            except ValueError:
                return self.value
        return self.value


def has_variable(name: str) -> ColumnElement[bool]:
    """In SQL, of a process instance: its state or, once it has ended, its history knows a variable of this name."""
    in_snapshot = ProcessInstance.snapshot.contains(f":{json.dumps(name)[1:-1]}\t", autoescape=True)
    in_part = exists().where(
        InstancePart.instance_id == ProcessInstance.id, InstancePart.key.endswith(f":{name}", autoescape=True)
    )
    in_history = exists().where(
        HistoryEntry.instance_id == ProcessInstance.id,
        HistoryEntry.facts.contains(f'["{CHANGED}",{{"name":{json.dumps(name, ensure_ascii=False)}', autoescape=True),
    )
    return or_(in_snapshot, in_part, and_(ProcessInstance.ended_at.is_not(None), in_history))


def in_order(
    rows: Sequence[tuple[Row, Mapping[str, Any]]], by: Sequence[tuple[str, bool]]
) -> list[tuple[Row, Mapping[str, Any]]]:
    """The rows with their variables, by (variable, descending); those without a value that has an order come last."""
    found = list(rows)
    for name, falls in reversed(by):
        ranked = [(_rank(known.get(name)), (row, known)) for row, known in found]
        sortable = [(rank, each) for rank, each in ranked if rank is not None]
        sortable.sort(key=lambda pair: pair[0], reverse=falls)
        found = [each for _, each in sortable] + [each for rank, each in ranked if rank is None]
    return found


def _rank(value: Any) -> Rank | None:
    """Its kind and what it is compared by; None: it has no order."""
    if isinstance(value, bool):
        return "boolean", value
    if isinstance(value, int | float | Decimal):
        return "number", value
    if isinstance(value, str):
        return "text", value
    if isinstance(value, datetime):
        return "moment", value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return "moment", datetime.combine(value, time(), UTC)
    return None


def _is_same(value: Any, given: Any) -> bool:
    left, right = _rank(value), _rank(given)
    return bool(value == given) if left is None or right is None else left == right


def _compared(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def answer(value: Any, given: Any) -> bool:
        left, right = _rank(value), _rank(given)
        return left is not None and right is not None and left[0] == right[0] and compare(left[1], right[1])

    return answer


def _is_like(value: Any, given: Any) -> bool:
    """Whether a text has the parts of the pattern in their order; % stands for anything."""
    if not isinstance(value, str) or not isinstance(given, str):
        return False
    first, *others = given.split("%")
    if not others:
        return value == given
    last, at = others.pop(), len(first)
    if not value.startswith(first) or len(value) < len(first) + len(last) or not value.endswith(last):
        return False
    for part in others:
        found = value.find(part, at, len(value) - len(last))
        if found < 0:
            return False
        at = found + len(part)
    return True


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": _is_same,
    "neq": lambda value, given: not _is_same(value, given),
    "gt": _compared(lambda left, right: left > right),
    "gteq": _compared(lambda left, right: left >= right),
    "lt": _compared(lambda left, right: left < right),
    "lteq": _compared(lambda left, right: left <= right),
    "like": _is_like,
    "notLike": lambda value, given: isinstance(value, str) and not _is_like(value, given),
}
