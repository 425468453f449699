"""Models that come without a drawing are given one to be shown."""

from itertools import combinations

from server.bpmn.diagram import has_diagram, shapes, with_diagram
from server.bpmn.document import read_document
from server.bpmn.layout import Box
from tests.bpmn.models import file, model

BRANCHES = """
s startEvent
g parallelGateway
a userTask
b userTask
<subProcess id="c">
c1 startEvent
c2 task
c1 -> c2
</subProcess>
<boundaryEvent id="t" attachedToRef="a"><errorEventDefinition/></boundaryEvent>
j parallelGateway
e endEvent
s -> g -> a -> j -> e
g -> b -> j
g -> c -> j
t -> e
b -> g
"""


def drawn(data: bytes) -> dict[str, Box]:
    return shapes(read_document(with_diagram(data), "model.bpmn"))


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def test_every_element_is_drawn_and_none_over_another() -> None:
    boxes = drawn(model(BRANCHES))
    assert set(boxes) == {"s", "g", "a", "b", "c", "c1", "c2", "t", "j", "e"}
    outer = [boxes[key] for key in ("s", "g", "a", "b", "c", "j", "e")]
    assert not any(overlap(one, other) for one, other in combinations(outer, 2))


def test_a_sub_process_is_drawn_around_what_it_holds() -> None:
    boxes = drawn(model(BRANCHES))
    outer, inner = boxes["c"], boxes["c2"]
    assert outer.x < inner.x
    assert inner.x + inner.width < outer.x + outer.width
    assert inner.y + inner.height < outer.y + outer.height


def test_every_flow_is_drawn() -> None:
    text = with_diagram(model(BRANCHES)).decode()
    assert text.count("<bpmndi:BPMNEdge") == 11


def test_work_flows_from_left_to_right() -> None:
    boxes = drawn(model("e endEvent\nb task\na task\ns startEvent\ns -> a -> b -> e"))
    assert boxes["s"].x < boxes["a"].x < boxes["b"].x < boxes["e"].x


def test_a_drawing_of_the_analyst_is_left_as_it_is() -> None:
    data = with_diagram(model("a task"))
    assert has_diagram(read_document(data, "model.bpmn"))
    assert with_diagram(data) == data


def test_pools_are_drawn_around_their_processes() -> None:
    data = file(
        '<collaboration id="c"><participant id="one" processRef="p"/><participant id="two"/></collaboration>'
        '<process id="p"><task id="a"/></process>'
    )
    boxes = drawn(data)
    assert boxes["one"].y <= boxes["a"].y
    assert boxes["one"].y + boxes["one"].height < boxes["two"].y
