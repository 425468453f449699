"""The drawing in a BPMN file: whether there is one, where its shapes are, and one made up where there is none."""

from lxml import etree

from server.bpmn.document import Document, read_document
from server.bpmn.layout import Box, Drawing, Point, draw
from server.bpmn.names import BPMN, BPMN_DI, DC, DI, Node
from server.bpmn.reader import read

PREFIXES = {"bpmndi": BPMN_DI, "dc": DC, "di": DI}
TITLE, POOL_GAP = 30, 40


def has_diagram(document: Document) -> bool:
    """Whether the file draws at least one shape."""
    return next(document.root.iter(f"{{{BPMN_DI}}}BPMNShape"), None) is not None


def shapes(document: Document) -> dict[str, Box]:
    """The bounds of every drawn element by its id; shapes without bounds or with broken numbers are left out."""
    found = {}
    for shape in document.root.iter(f"{{{BPMN_DI}}}BPMNShape"):
        bounds = shape.find(f"{{{DC}}}Bounds")
        if bounds is None:
            continue
        try:
            numbers = [round(float(bounds.get(name) or "")) for name in ("x", "y", "width", "height")]
        except (ValueError, OverflowError):
            continue
        key = (shape.get("bpmnElement") or "").strip()
        found[key.rpartition(":")[2]] = Box(numbers[0], numbers[1], numbers[2], numbers[3])
    return found


def with_diagram(data: bytes) -> bytes:
    """The same file with a drawing, for display only: pools are kept, lanes are not drawn.

    A file that has a drawing comes back as it is. Raises `Invalid` as `read_document` does.
    """
    document = read_document(data, "model.bpmn")
    if has_diagram(document):
        return data
    root = document.root
    for old in root.findall(f"{{{BPMN_DI}}}BPMNDiagram"):
        root.remove(old)
    drawings = {process.key: draw(process.level) for process in read(document).processes if process.level.elements}
    collaboration = root.find(f"{{{BPMN}}}collaboration")
    pools = [] if collaboration is None else collaboration.findall(f"{{{BPMN}}}participant")
    if collaboration is not None and any(_process_of(pool) in drawings for pool in pools):
        _draw_pools(root, collaboration, pools, drawings)
    else:
        for key, drawing in drawings.items():
            _write(_plane(root, key), drawing, 0, 0)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _process_of(pool: Node) -> str:
    return (pool.get("processRef") or "").rpartition(":")[2]


def _draw_pools(root: Node, collaboration: Node, pools: list[Node], drawings: dict[str, Drawing]) -> None:
    if not collaboration.get("id"):
        collaboration.set("id", "collaboration#1")
    plane = _plane(root, str(collaboration.get("id")))
    widest = max(drawing.width for drawing in drawings.values())
    top = 0
    for number, pool in enumerate(pools):
        if not pool.get("id"):
            pool.set("id", f"participant#{number}")
        drawing = drawings.get(_process_of(pool))
        height = drawing.height if drawing is not None else 60
        shape = _shape(plane, str(pool.get("id")), Box(0, top, widest + TITLE, height))
        shape.set("isHorizontal", "true")
        if drawing is not None:
            _write(plane, drawing, TITLE, top)
        top += height + POOL_GAP


def _plane(root: Node, key: str) -> Node:
    diagram = etree.SubElement(root, f"{{{BPMN_DI}}}BPMNDiagram", nsmap=PREFIXES)
    return etree.SubElement(diagram, f"{{{BPMN_DI}}}BPMNPlane", bpmnElement=key)


def _write(plane: Node, drawing: Drawing, across: int, down: int) -> None:
    for key, box in drawing.boxes.items():
        shape = _shape(plane, key, box.moved(across, down))
        if key in drawing.expanded:
            shape.set("isExpanded", "true")
    for key, points in drawing.lines.items():
        _edge(plane, key, [(x + across, y + down) for x, y in points])


def _shape(plane: Node, key: str, box: Box) -> Node:
    shape = etree.SubElement(plane, f"{{{BPMN_DI}}}BPMNShape", bpmnElement=key)
    sizes = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    etree.SubElement(shape, f"{{{DC}}}Bounds", {name: str(size) for name, size in sizes.items()})
    return shape


def _edge(plane: Node, key: str, points: list[Point]) -> None:
    edge = etree.SubElement(plane, f"{{{BPMN_DI}}}BPMNEdge", bpmnElement=key)
    for x, y in points:
        etree.SubElement(edge, f"{{{DI}}}waypoint", x=str(x), y=str(y))
