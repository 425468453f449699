"""Reads data: what activities and events take in, give out and own, and the associations between (10.4.1, 10.4.2)."""

from collections.abc import Iterator

from server.bpmn import languages
from server.bpmn.definition import Assign, DataAssociation, Items, Place
from server.bpmn.events import Surroundings
from server.bpmn.loops import data_name
from server.bpmn.names import GLOBAL_TASKS, SUB_PROCESSES, Node, child, children, content, line_of, local
from server.expressions.expression import Expression

ITEMS = frozenset(("dataInput", "dataOutput", "property", "dataObject", "dataObjectReference"))
CALLABLE = GLOBAL_TASKS | {"process"}
DRAWN_ONLY = "The data association is drawn only: every variable is known by its name, and no activity copies it."


def read_data(node: Node, around: Surroundings) -> Items | None:
    """The data of an activity, event or process; None where nothing is said of it.

    The properties of a sub-process or process are variables of its level, and not listed here.
    """
    before = tuple(_associations(node, "dataInputAssociation", around))
    after = tuple(_associations(node, "dataOutputAssociation", around))
    stated = child(node, "ioSpecification")
    holder = stated if stated is not None else node
    is_process = local(node) in CALLABLE
    filled = {association.target.name for association in before}
    used = {source.name for association in after for source in association.sources}
    data = Items(
        inputs=tuple(name for name in _names(holder, "dataInput") if is_process or name in filled),
        outputs=tuple(name for name in _names(holder, "dataOutput") if is_process or name in used),
        properties=() if is_process or local(node) in SUB_PROCESSES else tuple(_names(node, "property")),
        input_sets=_sets(stated, "inputSet", around) if not is_process else (),
        output_sets=_sets(stated, "outputSet", around) if not is_process else (),
        before=before,
        after=after,
    )
    return data if data.inputs or data.outputs or data.properties or before or after else None


def is_placeholder(name: str) -> bool:
    """A property that an editor adds only because the schema wants every association to have a target."""
    return name.startswith("__")


def _names(holder: Node, tag: str) -> Iterator[str]:
    for node in children(holder, tag):
        name = (node.get("name") or node.get("id") or "").strip()
        if name and not is_placeholder(name):
            yield name


SETS = {"inputSet": ("dataInputRefs", "optionalInputRefs"), "outputSet": ("dataOutputRefs", "optionalOutputRefs")}


def _sets(stated: Node | None, tag: str, around: Surroundings) -> tuple[tuple[str, ...], ...]:
    """What each set needs: all of its data but what is optional. In an only set, data without a name that an expression
    can use asks for nothing: editors write one for every association that is drawn."""
    found = children(stated, tag) if stated is not None else []
    return tuple(_needed(each, *SETS[tag], len(found) == 1, around) for each in found)


def _needed(node: Node, named: str, optional: str, only_set: bool, around: Surroundings) -> tuple[str, ...]:
    spared = {content(reference) for reference in children(node, optional)}
    wanted = [content(reference) for reference in children(node, named)]
    found = (around.references.nodes.get(around.references.bare(name)) for name in wanted if name not in spared)
    items = [item for item in found if item is not None and ((item.get("name") or "").isidentifier() or not only_set)]
    return tuple(data_name(item, around) for item in items)


def _associations(node: Node, tag: str, around: Surroundings) -> Iterator[DataAssociation]:
    for association in children(node, tag):
        read = _association(association, tag == "dataInputAssociation", around)
        if read is None:
            around.findings.ignored(association, DRAWN_ONLY, code="data-association-drawn-only")
        else:
            yield read


def _association(node: Node, comes_in: bool, around: Surroundings) -> DataAssociation | None:
    """None where it says only that the activity has to do with the data. A store that is drawn to or from an activity
    without an input or output of its own is read and written as the variable of its name."""
    sources = [_place(content(reference), around) for reference in children(node, "sourceRef")]
    target = _place(content(child(node, "targetRef")), around)
    known = tuple(place for place in sources if place is not None)
    stores = [place for place in (*known, target) if place is not None and place.is_store]
    if stores and comes_in and target is None:
        target = Place(stores[0].name)
    if stores and not comes_in and not known:
        known = (Place(stores[0].name),)
    transformation = _formula(child(node, "transformation"), around)
    assignments = tuple(_assignments(node, target, around)) if target is not None else ()
    if target is None or not (known or transformation or assignments):
        return None
    return DataAssociation(target, known, transformation, assignments, line_of(node))


def _place(reference: str, around: Surroundings) -> Place | None:
    """What a data reference means; None for a placeholder and for what is not there."""
    node = around.references.nodes.get(around.references.bare(reference))
    if node is None:
        return None
    if local(node) == "dataStoreReference":
        store = around.references.nodes.get(around.references.bare(node.get("dataStoreRef")))
        named = store if store is not None else node
        return Place((named.get("name") or node.get("name") or named.get("id") or "").strip(), is_store=True)
    name = data_name(node, around) if local(node) in ITEMS else ""
    return None if not name or is_placeholder(name) else Place(name)


def _assignments(node: Node, target: Place, around: Surroundings) -> Iterator[Assign]:
    """Each puts a value into the target: `to` is its name or id for all of it, else the way to a field in it."""
    wanted = content(child(node, "targetRef"))
    for assignment in children(node, "assignment"):
        source = _formula(child(assignment, "from"), around)
        to = content(child(assignment, "to")).strip("${}# ")
        for name in (target.name, wanted):
            if to == name:
                to = ""
            elif to.startswith(f"{name}."):
                to = to[len(name) + 1 :]
        if source is None:
            text = "The assignment says nothing about where its value comes from; fill in `from`."
            around.findings.problem(assignment, text, code="empty-expression")
        else:
            yield Assign(to, source)


def _formula(node: Node | None, around: Surroundings) -> Expression | None:
    text = content(node)
    if node is None or not text:
        return None
    return languages.formula(text, line_of(node), node.get("language"), around.language)
