"""Which element of which file an href means, and by which name it is known in the file that requires it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from server.dmn.decision import Decision, DecisionService, InputData, Knowledge, Model

Element = Decision | InputData | Knowledge | DecisionService
Place = tuple[str, str]
"""The namespace of a file and the id of an element in it."""


@dataclass(frozen=True)
class Link:
    """An element as another file or element sees it: `prefix` is the name of the import, "" for the own file."""

    place: Place
    element: Element
    prefix: str

    @property
    def name(self) -> str:
        """What its value is called in scope, without the prefix."""
        return variable_name(self.element)


def variable_name(element: Element) -> str:
    return element.name if isinstance(element, InputData) else element.variable.name


class Links:
    """The elements of a file and of those that it imports, however far away."""

    def __init__(self, models: Sequence[Model]) -> None:
        self.models: Mapping[str, Model] = {model.namespace: model for model in reversed(models)}
        self.elements: dict[Place, Element] = {
            (model.namespace, element.id): element for model in models for element in elements_of(model)
        }

    def find(self, model: Model, href: str) -> Link | None:
        """What *href* means in *model*: "#id", "namespace#id", or an id alone."""
        namespace, hash_, key = href.rpartition("#")
        namespace = namespace if hash_ and namespace else model.namespace
        element = self.elements.get((namespace, key))
        if element is None:
            return None
        return Link((namespace, key), element, "" if namespace == model.namespace else self.prefix(model, namespace))

    def prefix(self, model: Model, namespace: str) -> str:
        """The name under which a file knows another; "" when the import has none, or goes over a third file."""
        return next((each.name for each in model.imports if each.namespace == namespace), "")


def elements_of(model: Model) -> Iterator[Element]:
    yield from model.decisions
    yield from model.inputs
    yield from model.knowledge
    yield from model.services
