"""Makes decisions: the requirements first (DMN 1.5, clause 6), then the logic, each decision once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from server.dmn.decision import Decision, DecisionService, InputData, Knowledge, Table
from server.dmn.links import Element, Link, Place
from server.dmn.logic import function_value
from server.dmn.prepared import Prepared, Ready
from server.dmn.run import Note, Run, Seen
from server.dmn.types import Misfit, Type, fitted
from server.errors import NotFound
from server.expressions.feel.values import FeelFunction, to_feel
from server.expressions.settling import measure_written
from server.sentences import say


@dataclass(frozen=True)
class Outcome:
    """A decision that was made, in FEEL's values.

    `rows` are the outputs by name: of each rule that counted when the decision is a table, else of the decision as a
    whole. `notes` say what became null and why; `broken` whether any of them makes the decision unfit for use.
    """

    value: Any
    rows: tuple[Mapping[str, Any], ...]
    notes: tuple[Note, ...]
    tables: tuple[Seen, ...]

    @property
    def broken(self) -> bool:
        return any(note.broken for note in self.notes)


def decide(prepared: Prepared, key: str, variables: Mapping[str, Any]) -> Outcome:
    """The outcome of the decision with that id or name (or of a decision service, or a knowledge model).

    Raises NotFound when the file has none such, Failure when making it takes more than an expression may.
    """
    place = prepared.find(key)
    if place is None:
        known = ", ".join(each.id for each in prepared.model.decisions) or "none"
        raise NotFound(
            say(
                "There is no decision %(key)s in %(name)s. It has: %(known)s.",
                key=key,
                name=prepared.model.name,
                known=known,
            )
        )
    run = Run()
    given = {name: to_feel(value) for name, value in variables.items() if name in prepared.text}
    making = _Making(prepared, run, given)
    element = prepared.links.elements[place]
    value = making.value(place)
    if isinstance(value, FeelFunction) and isinstance(element, (DecisionService, Knowledge)):
        value = value.invoke(run.feel, tuple(making.given.get(name) for name in value.parameters))
    _bound(value, run)
    return Outcome(value, _rows(element, value, run), tuple(run.notes), tuple(run.tables))


def _bound(value: Any, run: Run) -> None:
    """Whoever gets the outcome visits and writes all of it. Raises Failure where that would never end."""
    rows = (row for seen in run.tables for row in ((*seen.inputs,), *(tuple(each.values()) for each in seen.outputs)))
    measure_written(value, *rows)


def _rows(element: Element, value: Any, run: Run) -> tuple[Mapping[str, Any], ...]:
    if isinstance(element, Decision) and isinstance(element.logic, Table):
        own = [seen for seen in run.tables if seen.owner == element.name]
        if own and not element.logic.aggregation and (own[-1].outputs or value is None or value == []):
            return own[-1].outputs
    if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
        return tuple(value)
    if isinstance(value, Mapping):
        return (value,)
    name = element.name if isinstance(element, InputData) else element.variable.name
    return ({_result_name(element) or name: value},)


def _result_name(element: Element) -> str | None:
    logic = element.logic if isinstance(element, Decision) else None
    return logic.outputs[0].name if isinstance(logic, Table) and len(logic.outputs) == 1 else None


class _Making:
    """One decision with all that it requires, each made once."""

    def __init__(self, prepared: Prepared, run: Run, given: Mapping[str, Any]) -> None:
        self.prepared = prepared
        self.run = run
        self.given = given
        self.made: dict[Place, Any] = {}

    def value(self, place: Place) -> Any:
        if place not in self.made:
            self.made[place] = self._make(place)
        return self.made[place]

    def _make(self, place: Place) -> Any:
        ready = self.prepared.ready[place]
        match ready.element:
            case InputData(name=name):
                return self._fitted(self._given(place, name), ready.kind, name)
            case Decision(name=name):
                self.run.enter(name)
                value = self._fitted(ready.step(self._scope(ready), self.run), ready.kind, name)
                self.run.leave()
                return value
            case Knowledge(name=name):
                return self._function(name, ready, lambda given: ready.step({**self._scope(ready), **given}, self.run))
            case DecisionService(name=name):
                return self._function(name, ready, lambda given: self._serve(ready, given))

    def _function(self, name: str, ready: Ready, call: Callable[[dict[str, Any]], Any]) -> FeelFunction:
        assert ready.signature is not None, "functions have a signature"
        return function_value(
            name, ready.signature, lambda given: self._fitted(call(given), ready.kind, name), self.run
        )

    def _fitted(self, value: Any, kind: Type | None, name: str) -> Any:
        try:
            return value if kind is None else fitted(value, kind)
        except Misfit as misfit:
            return self.run.note(f"{name}: {misfit}")

    def _given(self, place: Place, name: str) -> Any:
        """The value of an input: by its name, or within a context by the name of the import it comes with."""
        prefix = self.prepared.links.prefix(self.prepared.model, place[0])
        inner = self.given.get(prefix) if prefix else None
        if isinstance(inner, Mapping) and name in inner:
            return inner[name]
        return self.given.get(name)

    def _scope(self, ready: Ready) -> dict[str, Any]:
        """What an element sees: what was given, and above that what it requires by name."""
        scope = dict(self.given)
        for link in ready.links:
            self._add_outputs(link, scope)
        for link in ready.links:
            value = self.value(link.place)
            if link.prefix:
                known = scope.get(link.prefix)
                scope[link.prefix] = {**(known if isinstance(known, Mapping) else {}), link.name: value}
            else:
                scope[link.name] = value
        return scope

    def _add_outputs(self, link: Link, scope: dict[str, Any]) -> None:
        """Camunda knows what a required table puts out by the names of its columns, and a decision by its id."""
        if not isinstance(link.element, Decision) or link.prefix:
            return
        value = self.value(link.place)
        scope.setdefault(link.element.id, value)
        logic = link.element.logic
        if not isinstance(logic, Table):
            return
        rows = value if isinstance(value, list) else [value]
        for output in logic.outputs:
            if output.name is not None:
                found = [
                    row.get(output.name) if len(logic.outputs) > 1 and isinstance(row, Mapping) else row for row in rows
                ]
                scope[output.name] = found if isinstance(value, list) else found[0]

    def _serve(self, ready: Ready, given: Mapping[str, Any]) -> Any:
        """A decision service: its inputs are what was passed, and nothing else is known (10.4)."""
        element = ready.element
        assert isinstance(element, DecisionService), "only services are served"
        inner = _Making(self.prepared, self.run, given)
        for link in ready.inputs:
            inner.made[link.place] = given.get(link.name)
        values = {link.name: inner.value(link.place) for link in ready.outputs}
        return next(iter(values.values()), None) if len(values) == 1 else values
