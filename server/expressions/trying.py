"""One expression of any language tried by itself: tagged values in, a tagged value or the reason for none out."""

import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from server import clock
from server.errors import BpmnError, Failure, Invalid
from server.expressions.expression import Expression
from server.expressions.facade import Facade
from server.expressions.feel import Report, from_feel, parse_expression, to_feel
from server.expressions.feel.tagged import from_tagged, read_line, tagged_text
from server.expressions.languages import parse
from server.expressions.settling import measure_written

LANGUAGES_TO_TRY = ("feel", "juel", "python")
_NAMES_OF_AN_INSTANCE = ("id", "processInstanceId", "businessKey", "processBusinessKey", "currentActivityId")


def answer(language: str, line: str) -> str:
    """`{"expr": text, "ctx": {name: tagged value}}` to `{"value": tagged value}` or `{"error": sentence}`.

    The limits are those within a process instance. A null that came of an error in FEEL is told with both: the value
    is null by FEEL's rules (10.3.2.13), and the reason is reported.
    """
    try:
        asked = read_line(line)
        text, context = (asked.get("expr"), asked.get("ctx") or {}) if isinstance(asked, dict) else (None, {})
        if not isinstance(text, str) or not isinstance(context, dict):
            raise Invalid('A line has to be JSON such as {"expr": "a + 1", "ctx": {"a": ["num", 1]}}.')
        values = {name: from_tagged(value) for name, value in context.items()}
        found, reason = _feel(text, values) if language == "feel" else (_other(language, text, values), "")
        measure_written(found)
        told = f', "error": {json.dumps(reason)}' if reason else ""
        return f'{{"value": {tagged_text(found)}{told}}}'
    except (Invalid, Failure, BpmnError) as error:
        return _error(str(error))
    except (RecursionError, MemoryError):
        return _error("It is nested too deeply or needs too much memory.")


def _error(sentence: str) -> str:
    return json.dumps({"error": sentence})


def _feel(text: str, values: Mapping[str, Any]) -> tuple[Any, str]:
    """The value, and why it is null where that is an error."""
    reports: list[Report] = []
    expression = parse_expression(text.removeprefix("="), frozenset(_names(values)))
    found = expression.evaluate(values, reports=reports)
    wrong = next((report for report in reports if not report.missing), None)
    return found, f"{wrong.reason} (column {wrong.at + 1})" if found is None and wrong is not None else ""


def _names(values: Mapping[str, Any]) -> Iterator[str]:
    """The names of all entries, however deep."""
    layer: list[Any] = [values]
    while layer:
        below: list[Any] = []
        for value in layer:
            if isinstance(value, Mapping):
                yield from value
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
        layer = below


def _other(language: str, text: str, values: Mapping[str, Any]) -> Any:
    """Variables are as forms and JSON bring them: numbers that are not whole are floats."""
    variables = {name: _float(from_feel(value)) for name, value in values.items()}
    return to_feel(parse(Expression(text, language)).evaluate(variables, _offered(variables)))


def _float(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [_float(item) for item in value]
    return {key: _float(item) for key, item in value.items()} if isinstance(value, dict) else value


def _offered(variables: dict[str, Any]) -> dict[str, Any]:
    """What a process would offer, as far as there can be any of it without one."""
    methods: dict[str, Callable[..., Any]] = {
        "getVariable": variables.get,
        "hasVariable": variables.__contains__,
        "setVariable": variables.__setitem__,
    }
    return {
        "now": clock.now,
        "dateTime": clock.now,
        "currentUser": lambda: None,
        "execution": Facade("execution", dict.fromkeys(_NAMES_OF_AN_INSTANCE), methods),
    }
