"""What instances are called: the reference (business key) such as PR-1042, and the title such as "3 laptops"."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from server.bpmn.definition import Process
from server.database import db
from server.errors import Conflict, Failure, Invalid
from server.expressions import parse
from server.expressions.characters import writable
from server.expressions.expression import Expression
from server.records.definition import UniqueKey
from server.runtime.counters import raised
from server.sentences import say

PATTERN = "businessKey"  # the property of a process that holds the pattern
UNIQUE = "uniqueBusinessKey"  # the property that is "true" where no two instances may have the same business key
TITLE = "title"  # the property that holds the title, such as ${title} or Trip to ${city}
LONGEST_TITLE = 200
SEQUENCE = "${sequence}"
FIRST = 1001


def reference(process: Process) -> str | None:
    """The next reference after the process's pattern, such as PR-${sequence}; None where it has no pattern."""
    pattern = process.properties.get(PATTERN)
    if not pattern:
        return None
    return pattern.replace(SEQUENCE, str(raised(pattern, FIRST))) if SEQUENCE in pattern else pattern


def take(process: Process, key: str | None, instance_id: str) -> None:
    """Keep a business key from being used twice where the process asks for that. Raises Conflict when it was used."""
    if key is None or process.properties.get(UNIQUE, "").strip().lower() != "true":
        return
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    given = {"process_key": process.key, "business_key": key, "instance_id": instance_id}
    taken = dialect.insert(UniqueKey).values(given).on_conflict_do_nothing().returning(UniqueKey.instance_id)
    if db.session.scalar(taken) is None:
        raise Conflict(
            say(
                "There is an instance of %(name)s with the business key %(key)s already.",
                name=process.name or process.key,
                key=key,
            )
        )


def title(process: Process, variables: Mapping[str, Any]) -> str | None:
    """The title with the variables of now; None where there is no pattern or it cannot be filled in yet."""
    pattern = process.properties.get(TITLE)
    if not pattern:
        return None
    try:
        value = parse(Expression(pattern, "juel" if "${" in pattern else "text")).evaluate(variables)
    except (Failure, Invalid):
        return None
    return writable(str(value)[:LONGEST_TITLE]) if value is not None else None
