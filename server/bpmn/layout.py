"""Places the elements of a level from left to right in layers, for models that come without a drawing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from server.bpmn.definition import Element, Kind, Level
from server.bpmn.names import ACTIVITIES, EVENTS
from server.bpmn.subject import levels_of

GAP_ACROSS, GAP_DOWN, MARGIN = 60, 50, 40
MOST_LOOKED_AT = 200  # beyond, lines may run through elements: looking at each pair would take too long
ACTIVITY, EVENT, GATEWAY = (120, 80), (36, 36), (50, 50)

Point = tuple[int, int]


@dataclass(frozen=True)
class Box:
    """Left, top, width and height in pixels."""

    x: int
    y: int
    width: int
    height: int

    def moved(self, across: int, down: int) -> "Box":
        return Box(self.x + across, self.y + down, self.width, self.height)

    @property
    def middle(self) -> Point:
        return self.x + self.width // 2, self.y + self.height // 2


@dataclass
class Drawing:
    """Where everything of a level and its inner levels is; the drawing begins at 0, 0."""

    boxes: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, list[Point]] = field(default_factory=dict)
    width: int = 0
    height: int = 0
    expanded: set[str] = field(default_factory=set)

    def take(self, inner: "Drawing", across: int, down: int) -> None:
        """Adds another drawing, moved."""
        self.expanded |= inner.expanded
        self.boxes.update({key: box.moved(across, down) for key, box in inner.boxes.items()})
        for key, points in inner.lines.items():
            self.lines[key] = [(x + across, y + down) for x, y in points]


def draw(level: Level) -> Drawing:
    """A drawing of a level with the insides of its sub-processes; inner levels are drawn first, never recursing."""
    inner: dict[str, Drawing] = {}
    for found in reversed(levels_of(level)):
        inner[found.id] = _draw_one(found, inner)
    return inner[level.id]


def _draw_one(level: Level, inner: Mapping[str, Drawing]) -> Drawing:
    nodes = {key: element for key, element in level.elements.items() if element.kind is not Kind.BOUNDARY_EVENT}
    follows = _follows(level, nodes)
    columns = _columns(nodes, follows)
    rows = _rows(columns, follows)
    sizes = {key: _size(element, inner) for key, element in nodes.items()}
    drawing = Drawing()
    widths = [max(sizes[key][0] for key in column) for column in columns]
    heights: dict[int, int] = {}
    for key, row in rows.items():
        heights[row] = max(heights.get(row, 0), sizes[key][1])
    lefts = _offsets(widths, GAP_ACROSS)
    tops = dict(zip(sorted(heights), _offsets([heights[row] for row in sorted(heights)], GAP_DOWN), strict=True))
    for number, column in enumerate(columns):
        for key in column:
            width, height = sizes[key]
            row = rows[key]
            x = lefts[number] + (widths[number] - width) // 2
            y = tops[row] + (heights[row] - height) // 2
            drawing.boxes[key] = Box(x, y, width, height)
            child = nodes[key].inner
            if child is not None and child.elements:
                drawing.take(inner[child.id], x, y)
                drawing.expanded.add(key)
    _attach(level, drawing)
    _connect(level, drawing)
    drawing.width = sum(widths) + GAP_ACROSS * max(len(widths) - 1, 0) + 2 * MARGIN
    lowest = max((y for points in drawing.lines.values() for _, y in points), default=0)
    bottoms = max((box.y + box.height for box in drawing.boxes.values()), default=0)
    drawing.height = max(lowest, bottoms) + MARGIN
    return drawing


def _follows(level: Level, nodes: Mapping[str, Element]) -> dict[str, list[str]]:
    """What comes next, for every node; what leaves a boundary event leaves its activity."""
    follows: dict[str, list[str]] = {key: [] for key in nodes}
    for flow in level.flows.values():
        source = level.elements.get(flow.source)
        key = (source.attached_to or source.id) if source is not None else ""
        if key in follows and flow.target in nodes:
            follows[key].append(flow.target)
    return follows


def _columns(nodes: Iterable[str], follows: Mapping[str, list[str]]) -> list[list[str]]:
    """Layers by longest path; flows that lead back are left aside."""
    order, back = _sorted_depth_first(nodes, follows)
    depth = dict.fromkeys(order, 0)
    for key in order:
        for target in follows[key]:
            if (key, target) not in back:
                depth[target] = max(depth[target], depth[key] + 1)
    columns: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for key in order:
        columns[depth[key]].append(key)
    return columns


def _sorted_depth_first(
    nodes: Iterable[str], follows: Mapping[str, list[str]]
) -> tuple[list[str], set[tuple[str, str]]]:
    """The nodes in topological order, and the pairs that close a loop."""
    done: list[str] = []
    open_now: set[str] = set()
    closed: set[str] = set()
    back: set[tuple[str, str]] = set()
    for first in nodes:
        stack = [(first, iter(follows[first]))] if first not in closed else []
        open_now.update(key for key, _ in stack)
        while stack:
            key, rest = stack[-1]
            target = next(rest, None)
            if target is None:
                stack.pop()
                open_now.discard(key)
                closed.add(key)
                done.append(key)
            elif target in open_now:
                back.add((key, target))
            elif target not in closed:
                open_now.add(target)
                stack.append((target, iter(follows[target])))
    return done[::-1], back


def _rows(columns: list[list[str]], follows: Mapping[str, list[str]]) -> dict[str, int]:
    """A row for every node: near what leads to it, and none twice in a column."""
    before: dict[str, list[str]] = {}
    for key, targets in follows.items():
        for target in targets:
            before.setdefault(target, []).append(key)
    rows: dict[str, int] = {}
    for column in columns:
        wish = {key: _mean([rows[other] for other in before.get(key, ()) if other in rows]) for key in column}
        lowest = -1
        for key in sorted(column, key=lambda name: wish[name]):
            rows[key] = lowest = max(int(wish[key]), lowest + 1)
    return rows


def _mean(numbers: list[int]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.0


def _offsets(sizes: list[int], gap: int) -> list[int]:
    found, position = [], MARGIN
    for size in sizes:
        found.append(position)
        position += size + gap
    return found


def _size(element: Element, inner: Mapping[str, Drawing]) -> tuple[int, int]:
    if element.inner is not None and element.inner.elements:
        drawing = inner[element.inner.id]
        return drawing.width, drawing.height
    if element.kind in EVENTS:
        return EVENT
    return ACTIVITY if element.kind in ACTIVITIES else GATEWAY


def _attach(level: Level, drawing: Drawing) -> None:
    """Boundary events sit on the lower edge of their activity, from right to left."""
    for element in level.elements.values():
        host = drawing.boxes.get(element.id) if element.boundaries else None
        if host is None:
            continue
        for number, key in enumerate(element.boundaries):
            x = max(host.x + host.width - (number + 1) * 44, host.x - EVENT[0] // 2)
            drawing.boxes[key] = Box(x, host.y + host.height - EVENT[1] // 2, *EVENT)


def _connect(level: Level, drawing: Drawing) -> None:
    """Lines with right angles; what leads back, or would run through other elements, runs below everything."""
    own = [drawing.boxes[key] for key in level.elements if key in drawing.boxes]
    floor = max((box.y + box.height for box in own), default=0) + 20
    for flow in level.flows.values():
        source, target = drawing.boxes.get(flow.source), drawing.boxes.get(flow.target)
        if flow.source not in level.elements or flow.target not in level.elements or not source or not target:
            continue
        others = [box for box in own if box not in (source, target)] if len(own) <= MOST_LOOKED_AT else []
        below = level.elements[flow.source].kind is Kind.BOUNDARY_EVENT
        way = next((way for way in _ways(source, target, below) if _is_free(way, others)), None)
        if way is None:
            (from_x, _), (to_x, _) = source.middle, target.middle
            outside = [(from_x, floor), (to_x, floor)]
            way = [(from_x, source.y + source.height), *outside, (to_x, target.y + target.height)]
            floor += 10
        drawing.lines[flow.id] = list(dict.fromkeys(way))


def _ways(source: Box, target: Box, below: bool) -> Iterator[list[Point]]:
    """Ways from left to right: turning shortly after the source, or shortly before the target."""
    (from_x, from_y), to_y = source.middle, target.middle[1]
    if target.x < source.x + source.width:
        return
    for turn in (source.x + source.width + GAP_ACROSS // 3, target.x - GAP_ACROSS // 3):
        if below:
            down = source.y + source.height + 12
            start = [(from_x, source.y + source.height), (from_x, down), (turn, down)]
            yield [*start, (turn, to_y), (target.x, to_y)]
        else:
            yield [(source.x + source.width, from_y), (turn, from_y), (turn, to_y), (target.x, to_y)]
    if below:
        yield [(from_x, source.y + source.height), (from_x, to_y), (target.x, to_y)]


def _is_free(way: list[Point], boxes: list[Box]) -> bool:
    """Whether a line with right angles runs through none of the boxes."""
    for (x1, y1), (x2, y2) in pairwise(way):
        left, right, top, bottom = min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2)
        for box in boxes:
            if right > box.x and left < box.x + box.width and bottom > box.y and top < box.y + box.height:
                return False
    return True
