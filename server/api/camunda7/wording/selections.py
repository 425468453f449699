"""What a program asks a list for, as conditions of ours: one query parameter, one condition."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from server.api.camunda7.wording import moments
from server.api.camunda7.wording.bodies import Given, asked
from server.errors import Invalid
from server.queries.selections import Selection, Where

_OPERATORS = {"eq", "neq", "gt", "gteq", "lt", "lteq", "like"}


def condition(
    given: Given, name: str, column: str, operator: str = "eq", read: Callable[[Any], Any] = str
) -> list[Where]:
    """The condition that the parameter *name* asks for, if it is there."""
    if name not in given:
        return []
    if operator == "in":
        return [Where(column, [read(each) for each in given.texts(name) or []], "in")]
    return [Where(column, read(given.text(name)), operator)]


def number_condition(given: Given, name: str, column: str, operator: str = "eq") -> list[Where]:
    number = given.number(name)
    return [] if number is None else [Where(column, number, operator)]


def moment_condition(given: Given, name: str, column: str, operator: str) -> list[Where]:
    return [Where(column, moments.read(given.get(name), name), operator)] if name in given else []


def flag_condition(given: Given, name: str, where: Where) -> list[Where]:
    """The condition that holds where the flag is set."""
    return [where] if given.flag(name) else []


def part(given: Given, where: Sequence[Where], sorts: Mapping[str, str]) -> Selection:
    """Which part of the list, sorted by what. Raises Invalid."""
    page = asked()
    first, most = page.number("firstResult") or 0, page.number("maxResults")
    if first < 0 or (most is not None and most < 0):
        raise Invalid("firstResult and maxResults have to be 0 or more.")
    return Selection(tuple(where), _sort(given, sorts), first, most)


def _sort(given: Given, sorts: Mapping[str, str]) -> tuple[tuple[str, bool], ...]:
    wanted: Sequence[Given] = given.objects("sorting") if "sorting" in given else [given]
    found = []
    for each in wanted:
        name, order = each.text("sortBy"), each.text("sortOrder")
        if name is None and order is None:
            continue
        if name is None or name not in sorts:
            raise Invalid(f"sortBy is {str(name)[:60]}; write one of {', '.join(sorted(sorts))}.")
        if order not in ("asc", "desc"):
            raise Invalid("sortOrder has to be asc or desc wherever there is a sortBy.")
        found.append((sorts[name], order == "desc"))
    return tuple(found)


def variable_conditions(given: Given, name: str) -> dict[str, Any]:
    """Values that variables must have: a_eq_1,b_eq_x in a query string, {name, operator, value} each in a body.

    Raises Invalid for another comparison: a list is not searched through by those.
    """
    written = given.get(name)
    if written is None:
        return {}
    if isinstance(written, str):
        return dict(_in_words(part) for part in written.split(",") if part)
    found = {}
    for each in given.objects(name):
        if (each.text("operator") or "eq") != "eq":
            raise Invalid(f"{name} can be compared by eq only.")
        found[each.needed("name")] = each.get("value")
    return found


def _in_words(text: str) -> tuple[str, Any]:
    left, _, value = text.rpartition("_")
    name, _, operator = left.rpartition("_")
    if not name or operator not in _OPERATORS:
        raise Invalid(f"{text[:60]!r} is no condition; write name_eq_value.")
    if operator != "eq":
        raise Invalid("Variables can be compared by eq only.")
    return name, _plain(value)


def _plain(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    try:
        return int(text)
    except ValueError:
        return text
