"""Makes a file ready for decisions: every expression understood, every requirement found, every problem told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.dmn.contents import parts_of, texts_of
from server.dmn.decision import Decision, DecisionService, InputData, Knowledge, Model
from server.dmn.item_definitions import Types
from server.dmn.links import Element, Link, Links, Place, elements_of
from server.dmn.logic import Signature, prepare, prepare_body
from server.dmn.run import Run
from server.dmn.surroundings import Scope, Step, Surroundings
from server.dmn.types import Type
from server.errors import Problem


@dataclass(frozen=True)
class Ready:
    """An element ready to be decided: `links` are in its scope, `kind` is the type of its value.

    `inputs` and `outputs` are those of a decision service; functions have a `signature`.
    """

    element: Element
    step: Step
    kind: Type | None
    links: tuple[Link, ...] = ()
    signature: Signature | None = None
    inputs: tuple[Link, ...] = ()
    outputs: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Prepared:
    """A model with all that it imports, ready for any number of decisions in any thread."""

    model: Model
    links: Links
    ready: Mapping[Place, Ready]
    text: str  # all that is written in the files: a variable whose name is not in it is never read
    problems: tuple[Problem, ...]

    def find(self, key: str) -> Place | None:
        """The element of that id, or else of that name; decisions come first."""
        own = list(elements_of(self.model))
        found = next((e for e in own if e.id == key), None) or next((e for e in own if e.name == key), None)
        return (self.model.namespace, found.id) if found is not None else None


def prepare_model(model: Model, imported: Sequence[Model], resource: str) -> Prepared:
    """*model*, which may require what is in *imported* (files that those import included).

    Problems are those of the expressions and requirements; those of the file's form are the reader's.
    """
    models = [model, *imported]
    links = Links(models)
    problems: list[Problem] = []
    tables = _types(models)
    ready: dict[Place, Ready] = {}
    for each in reversed(models):
        kept = problems if each is model else []
        _check_imports(each, links, resource, kept)
        around = Surroundings(
            names=frozenset(),
            parts=frozenset(parts_of(each))
            | {name for other in models if other is not each for name in parts_of(other)},
            types=tables[each.namespace],
            resource=resource,
            problems=kept,
        )
        for element in elements_of(each):
            ready[(each.namespace, element.id)] = _ready(each, element, links, around)
    _check_circles(ready, model, resource, problems)
    return Prepared(
        model, links, ready, "\n".join(each for other in models for each in texts_of(other)), tuple(problems)
    )


def _types(models: Sequence[Model]) -> dict[str, Types]:
    tables: dict[str, Types] = {}
    imported: dict[str, dict[str, Types]] = {model.namespace: {} for model in models}
    for model in models:
        own = {definition.name: definition for definition in model.types}
        tables.setdefault(model.namespace, Types(own, imported[model.namespace]))
    for model in models:
        for each in model.imports:
            if each.namespace in tables and each.namespace != model.namespace:
                imported[model.namespace][each.name] = tables[each.namespace]
    return tables


def _ready(model: Model, element: Element, links: Links, around: Surroundings) -> Ready:
    if isinstance(element, InputData):
        return Ready(element, _nothing, around.type_of(element.type_ref))
    if isinstance(element, DecisionService):
        return _service(model, element, links, around)
    found = _linked(model, element, element.requires, links, around)
    names = {link.prefix or link.name for link in found}
    inner = Surroundings(around.names | names, around.parts, around.types, around.resource, element.id, around.problems)
    if isinstance(element, Knowledge):
        types = tuple(around.type_of(parameter.type_ref) for parameter in element.logic.parameters)
        signature = Signature(tuple(parameter.name for parameter in element.logic.parameters), types)
        kind = around.types.result_of(element.variable.type_ref)
        own = inner.with_names([element.variable.name])
        return Ready(element, prepare_body(element.logic, own), kind, (*found, _itself(model, element)), signature)
    return Ready(element, prepare(element.logic, inner), around.type_of(element.variable.type_ref), found)


def _itself(model: Model, element: Element) -> Link:
    """A knowledge model may call itself."""
    return Link((model.namespace, element.id), element, "")


def _nothing(scope: Scope, run: Run) -> Any:
    return None


def _service(model: Model, element: DecisionService, links: Links, around: Surroundings) -> Ready:
    inputs = _linked(model, element, (*element.input_data, *element.input_decisions), links, around)
    outputs = _linked(model, element, element.outputs, links, around)
    types = tuple(around.type_of(_stated_type(link.element)) for link in inputs)
    return Ready(
        element=element,
        step=_nothing,
        kind=around.types.result_of(element.variable.type_ref),
        signature=Signature(tuple(link.name for link in inputs), types),
        inputs=inputs,
        outputs=outputs,
    )


def _stated_type(element: Element) -> str | None:
    return element.type_ref if isinstance(element, InputData) else element.variable.type_ref


def _linked(
    model: Model, element: Element, hrefs: Sequence[str], links: Links, around: Surroundings
) -> tuple[Link, ...]:
    found = []
    for href in hrefs:
        link = links.find(model, href)
        if link is None:
            told = (
                f"{element.name} requires {href or 'nothing'}, which is not in this file; draw the requirement again."
            )
            around.problems.append(Problem(told, element.id, element.line, around.resource))
        else:
            found.append(link)
    return tuple(found)


def _check_imports(model: Model, links: Links, resource: str, problems: list[Problem]) -> None:
    for each in model.imports:
        if each.namespace not in links.models:
            told = f"The file with the namespace {each.namespace} is imported but not there; deploy it with this one."
            problems.append(Problem(told, None, each.line, resource))


def _check_circles(ready: Mapping[Place, Ready], model: Model, resource: str, problems: list[Problem]) -> None:
    for decision in model.decisions:
        place = (model.namespace, decision.id)
        seen: set[Place] = set()
        waiting = [link.place for link in ready[place].links]
        while waiting:
            current = waiting.pop()
            if current == place:
                told = f"{decision.name} requires itself, over others; take one of the requirements out."
                problems.append(Problem(told, decision.id, decision.line, resource))
                break
            if current not in seen and isinstance(ready[current].element, Decision):
                seen.add(current)
                waiting += [link.place for link in ready[current].links]
