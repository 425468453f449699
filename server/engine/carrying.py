"""Data associations: what is copied into an activity or event when it begins, and out of it when it ends (10.4.2)."""

from collections.abc import Iterable, Mapping
from typing import Any

from server.bpmn.definition import DataAssociation, Items, Place
from server.engine.facts import DataStoreChanged
from server.engine.tokens import Token
from server.engine.variables import Scope
from server.errors import Failure
from server.expressions import values

_MISSING = object()


def take_in(token: Token, data: Items) -> None:
    """Give the activity its own data, and fill its inputs. A source that is not there leaves its input empty.

    Raises Failure when no input set has all that it needs (BPMN 2.0.2, 10.4.2).
    """
    scope = token.open_scope({})
    for name in (*data.properties, *data.inputs, *data.outputs):
        if not scope.holds(name):
            scope.set_local(name, None)
    around = scope.outer if scope.outer is not None else scope
    for place, value in _carried(token, data.before, around, scope):
        scope.set_local(place.name, value)
    _check(token, scope, data.input_sets, frozenset(data.inputs), "needs data that is not there")


def _check(token: Token, scope: Scope, sets: tuple[tuple[str, ...], ...], carried: frozenset[str], lack: str) -> None:
    """One of the sets has all that it needs. Of an only set, what no association carries is left to the activity.

    Raises Failure.
    """
    if len(sets) == 1:
        sets = (tuple(name for name in sets[0] if name in carried),)
    if sets and not any(_complete(scope, needed) for needed in sets):
        names = sorted({name for needed in sets for name in needed if scope.get(name) is None})
        element = token.task_spec.element
        raise Failure(f"'{element.name or element.id}' {lack}: {', '.join(names)}.", element.line, names)


def give_out(token: Token, data: Items) -> None:
    """Copy the outputs to where they belong; what has no value is not copied.

    Raises Failure when no output set has all that it needs (BPMN 2.0.2, 10.4.2).
    """
    scope = token.scope
    _check(token, scope, data.output_sets, frozenset(data.outputs), "has not given the data that it has to give")
    around = scope.outer if token.own_scope and scope.outer is not None else scope
    for place, value in list(_carried(token, data.after, scope, around)):
        if place.is_store:
            values.dump(value)
            token.instance.stores[place.name] = value
            token.instance.report(DataStoreChanged(token.id, token.element_key, place.name, value))
        else:
            around[place.name] = value


def payload_of(token: Token) -> dict[str, Any]:
    """The data inputs of an event or task that sends: they go along with what it throws."""
    data = token.task_spec.element.data
    return {} if data is None else {name: token.scope.get(name) for name in data.inputs}


def received(data: Items, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The data outputs of an event or task that receives: each the field of its name, else a single one takes all."""
    found = {name: payload[name] for name in data.outputs if name in payload}
    if not found and len(data.outputs) == 1 and payload:
        found[data.outputs[0]] = next(iter(payload.values())) if len(payload) == 1 else dict(payload)
    return found


def _complete(scope: Scope, needed: Iterable[str]) -> bool:
    return all(scope.get(name) is not None for name in needed)


def _carried(
    token: Token, associations: Iterable[DataAssociation], source: Scope, target: Scope
) -> list[tuple[Place, Any]]:
    """Every target with its value, all evaluated before the first is written."""
    found = ((each.target, _value(token, each, source, target)) for each in associations)
    return [(place, value) for place, value in found if value is not _MISSING]


def _value(token: Token, association: DataAssociation, source: Scope, target: Scope) -> Any:
    held = {place.name: _read(token, place, source) for place in association.sources}
    if association.transformation is None and not association.assignments:
        first = next(iter(held.values()), None)
        return _MISSING if first is None else first
    evaluate = token.instance.scripting.evaluate
    value: Any = _read(token, association.target, target)
    if association.transformation is not None:
        value = evaluate(association.transformation, token, held)
    for assign in association.assignments:
        value = _put(value, assign.target.split(".") if assign.target else [], evaluate(assign.source, token, held))
    return value


def _read(token: Token, place: Place, scope: Scope) -> Any:
    if not place.is_store:
        return scope.get(place.name)
    stores = token.instance.stores
    return stores[place.name] if place.name in stores else token.instance.setting.world.read_store(place.name)


def _put(whole: Any, way: list[str], value: Any) -> Any:
    """The whole with a value in one place of it; what is on the way and no mapping becomes one."""
    if not way:
        return value
    fields = dict(whole) if isinstance(whole, dict) else {}
    fields[way[0]] = _put(fields.get(way[0]), way[1:], value)
    return fields
