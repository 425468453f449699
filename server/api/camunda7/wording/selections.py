"""What a program asks a list for, as conditions of ours: one query parameter, one condition."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from server.api.camunda7.wording import moments
from server.api.camunda7.wording.bodies import Given, asked
from server.errors import Invalid
from server.queries.selections import OPERATORS, Having, Selection, Where

MOST = 50  # conditions of one kind: each is a part of one statement
LONGEST_NAME = 1000
_IN_WORDS = re.compile(rf"(.+?)_({'|'.join(sorted(OPERATORS))})_(.*)", re.DOTALL)
_NUMBER = re.compile(r"-?\d{1,300}(\.\d{1,300})?")


def condition(
    given: Given, name: str, column: str, operator: str = "eq", read: Callable[[Any], Any] = str
) -> list[Where]:
    """The condition that the parameter *name* asks for, if it is there."""
    if name not in given:
        return []
    if operator in ("in", "not in"):
        return [Where(column, [read(each) for each in given.texts(name) or []], operator)]
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


def variable_conditions(given: Given, name: str) -> tuple[Having, ...]:
    """Values that variables must have: a_eq_1,b_gt_x in a query string, {name, operator, value} each in a body.

    Raises Invalid for an operator that there is not.
    """
    written = given.get(name)
    if written is None:
        return ()
    if isinstance(written, str):
        found = tuple(_in_words(part) for part in written.split(",") if part)
    else:
        found = tuple(_as_object(each, name) for each in given.objects(name))
    checked_names([each.name for each in found], name)
    return found


def checked_names(names: Sequence[str], sent_as: str) -> Sequence[str]:
    """Names of variables that SQL may look for. Raises Invalid."""
    if len(names) > MOST:
        raise Invalid(f"{sent_as} may be {MOST} conditions at most.")
    if any(len(name) > LONGEST_NAME or "\0" in name for name in names):
        raise Invalid(f"A name in {sent_as} is longer than {LONGEST_NAME} characters, or has a zero character in it.")
    return names


def _as_object(each: Given, name: str) -> Having:
    operator = each.text("operator") or "eq"
    if operator not in OPERATORS:
        raise Invalid(f"{name} are compared by {operator[:60]!r}; write one of {', '.join(sorted(OPERATORS))}.")
    return Having(each.needed("name"), each.get("value"), operator)


def _in_words(text: str) -> Having:
    found = _IN_WORDS.fullmatch(text)
    if found is None:
        one_of = ", ".join(sorted(OPERATORS))
        raise Invalid(f"{text[:60]!r} is no condition; write name_eq_value, or instead of eq one of {one_of}.")
    name, operator, value = found.groups()
    return Having(name, plain(value), operator, value)


def plain(text: str) -> Any:
    """A value as it may be meant: nobody says its type in a query string."""
    if text in ("true", "false"):
        return text == "true"
    if found := _NUMBER.fullmatch(text):
        return Decimal(text) if found[1] else int(text)
    return text
