"""What crosses the border of an activity: inputs become its own variables, outputs leave it."""

from collections.abc import Iterable, Mapping
from typing import Any

from server.bpmn.definition import Assign, Trigger
from server.engine.carrying import payload_of
from server.engine.tokens import Token
from server.engine.urgency import LIMIT
from server.errors import Failure
from server.expressions.characters import writable
from server.expressions.expression import Expression


def take_in(token: Token) -> None:
    """Open the scope of an activity that has a mapping, and fill it from the variables around."""
    element = token.task_spec.element
    if not (element.inputs or element.outputs):
        return
    scope = token.open_scope({})
    for assign in element.inputs:
        scope.set_local(assign.target, token.instance.scripting.evaluate(assign.source, token))


def give_out(token: Token) -> None:
    """Write the outputs, each evaluated among the activity's own variables, to where the names belong outside."""
    element = token.task_spec.element
    if not element.outputs:
        return
    around = token.scope.outer
    if around is None:
        return
    for assign in element.outputs:
        value = token.instance.scripting.evaluate(assign.source, token)
        if token.index is not None and element.loop is not None and element.loop.result_variable == assign.target:
            token.scope.set_local(assign.target, value)
        else:
            around[assign.target] = value


def receive(token: Token, values: Mapping[str, Any]) -> None:
    """Variables arrive at an activity: each goes to the nearest scope that has its name, else to the process."""
    scope = token.scope
    for name, value in values.items():
        scope[name] = value


def assigned(token: Token, assigns: Iterable[Assign], values: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The targets of a mapping with their values; *values* are seen before the token's variables."""
    return {assign.target: token.instance.scripting.evaluate(assign.source, token, values) for assign in assigns}


def returned(assigns: Iterable[Assign], token: Token, answer: Mapping[str, Any]) -> dict[str, Any]:
    """What comes back over a border: a plain variable is the answer's own, never the caller's of the same name."""
    plain = {
        assign.target: answer.get(assign.source.text) for assign in assigns if assign.source.language == "variable"
    }
    rest = [assign for assign in assigns if assign.source.language != "variable"]
    return plain | assigned(token, rest, answer)


def carried(token: Token, trigger: Trigger) -> dict[str, Any]:
    """What goes along with a trigger that is thrown."""
    values = dict(token.scope) if trigger.all_variables else {}
    values.update(payload_of(token))
    values.update(assigned(token, trigger.payload))
    return values


def priority_of(token: Token, expression: Expression | None) -> int:
    """The priority that the model says for something; 50 where it says none."""
    value = None if expression is None else token.instance.scripting.evaluate(expression, token)
    if value is None or value == "":
        return 50
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        raise Failure(f"The priority has to be a whole number, and {value!r} is none.") from None
    if abs(number) > LIMIT:
        raise Failure(f"The priority has to be a whole number between {-LIMIT} and {LIMIT}.")
    return number


def people_named(token: Token, expressions: Iterable[Expression]) -> tuple[str, ...]:
    """Each expression yields a list, or a text with commas; nobody is named twice."""
    found: dict[str, None] = {}
    for expression in expressions:
        value = token.instance.scripting.evaluate(expression, token)
        if value is None:
            continue
        parts = value if isinstance(value, list | tuple) else str(value).split(",")
        found.update((text, None) for part in parts if (text := writable(str(part).strip())))
    return tuple(found)
