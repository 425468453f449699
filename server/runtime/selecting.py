"""Choosing rows by conditions that a program writes: each names a column that a query offers, never one of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_

from server.errors import Invalid
from server.sentences import say

Columns = Mapping[str, Any]


@dataclass(frozen=True)
class Where:
    """One condition. `operator`: eq, ne, in, not in, like, ilike, not like, lt, lt or null, le, gt, ge, or null (whose
    value is whether it is)."""

    name: str
    value: Any
    operator: str = "eq"


@dataclass(frozen=True)
class Selection:
    """All of these conditions, sorted by (name, descending), a part of it; no `most`: all."""

    where: tuple[Where, ...] = ()
    sort: tuple[tuple[str, bool], ...] = ()
    first: int = 0
    most: int | None = None


def conditions(columns: Columns, wheres: Sequence[Where]) -> list[ColumnElement[bool]]:
    """In SQL. Raises Invalid for a name that is not offered."""
    return [_condition(_column(columns, where.name), where) for where in wheres]


def part(statement: Select[*tuple[Any, ...]], columns: Columns, wanted: Selection, last: Any) -> Select[Any]:
    """The statement with conditions, order and limits; *last* decides where all else is equal. Raises Invalid."""
    ordering = [_column(columns, name).desc() if falls else _column(columns, name).asc() for name, falls in wanted.sort]
    chosen = statement.where(*conditions(columns, wanted.where)).order_by(*ordering, last).offset(wanted.first)
    return chosen if wanted.most is None else chosen.limit(wanted.most)


def _column(columns: Columns, name: str) -> Any:
    if name not in columns:
        raise Invalid(
            say(
                "Nothing here can be chosen or sorted by %(name)s; write one of %(names)s.",
                name=name,
                names=", ".join(sorted(columns)),
            )
        )
    return columns[name]


def _condition(column: Any, where: Where) -> ColumnElement[bool]:
    value = where.value
    found: dict[str, Any] = {
        "eq": lambda: column == value,
        "ne": lambda: column != value,
        "in": lambda: column.in_(list(value)) if value else false(),
        "like": lambda: column.like(_pattern(value), escape="\\"),
        "ilike": lambda: func.lower(column).like(_pattern(value.lower()), escape="\\"),
        "not like": lambda: column.not_like(_pattern(value), escape="\\"),
        "not in": lambda: column.not_in(list(value)),
        "lt": lambda: column < value,
        "lt or null": lambda: or_(column < value, column.is_(None)),
        "le": lambda: column <= value,
        "gt": lambda: column > value,
        "ge": lambda: column >= value,
        "null": lambda: column.is_(None) if value else column.is_not(None),
    }
    condition: ColumnElement[bool] = found[where.operator]()
    return condition


def _pattern(text: str) -> str:
    """Only % stands for anything, as those who write it mean it; _ is an underscore."""
    return str(text).replace("\\", "\\\\").replace("_", "\\_")
