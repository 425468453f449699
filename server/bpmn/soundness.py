"""Searches the token graph of a level, within bounds, for tokens that wait for ever and for tokens that come double.

A marking is the set of places where a token is: sequence flows, and elements that a token comes to without a flow. Of
all that could happen next only one thing is looked at, the nearest to the start, with each of its outcomes: what a
token does in one branch takes no other's token away, so the order between branches decides nothing. Inclusive and
complex joins go on when nothing else can, and what ends the level comes last.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from server.bpmn.definition import Element, Kind, Level

Marking = frozenset[str]

MOST_WORK = 100_000
"""Tokens looked at in one search; beyond, the rest of the markings stays unknown. About a third of a second."""
ENDING = frozenset(("terminate", "error", "cancel"))
AT = "at "


@dataclass(frozen=True)
class Stuck:
    """Something that may go wrong at an element. `path` are the keys of the elements on a way that leads there."""

    code: str  # possible-deadlock | lack-of-synchronisation
    element: str
    path: tuple[str, ...]


@dataclass
class _Search:
    """What is known so far: how each marking was come to, and what was found at which element."""

    net: "_Net"
    came: dict[Marking, tuple[Marking | None, tuple[str, ...]]] = field(default_factory=dict)
    found: dict[tuple[str, str], Stuck] = field(default_factory=dict)
    work: int = 0

    def path(self, marking: Marking | None) -> tuple[str, ...]:
        parts: list[tuple[str, ...]] = []
        while marking is not None:
            marking, fired = self.came[marking]
            parts.append(fired)
        return tuple(dict.fromkeys(key for part in reversed(parts) for key in part))

    def tell(self, code: str, element: str, marking: Marking) -> None:
        if (code, element) not in self.found:
            self.found[code, element] = Stuck(code, element, self.path(marking))


class _Net:
    """A level as places and elements, with the distance of each element from where the level begins."""

    def __init__(self, level: Level) -> None:
        self.level = level
        self.distance = _distances(level, besides=True)
        self.main = frozenset(_distances(level, besides=False))
        self.outcomes = {key: tuple(_outcomes(level, element)) for key, element in level.elements.items()}

    def target(self, place: str) -> Element | None:
        flow = self.level.flows.get(place)
        return self.level.elements.get(flow.target if flow is not None else place.removeprefix(AT))


def search(level: Level) -> tuple[Stuck, ...]:
    """What may go wrong in one level, sub-processes in it taken as one step; empty when nothing was found in bounds."""
    if any(element.start_quantity > 1 or element.completion_quantity > 1 for element in level.elements.values()):
        return ()
    seeker = _Search(_Net(level))
    for start in _beginnings(level):
        _explore(seeker, start)
    return tuple(seeker.found.values())


def _beginnings(level: Level) -> Iterator[Marking]:
    """Each start event begins an instance of its own; without any, everything that no flow leads to begins at once."""
    opening = [key for key in level.starts if level.elements[key].kind is Kind.START_EVENT]
    opening += [key for key in level.starts if level.elements[key].instantiate]
    for key in opening:
        yield frozenset((AT + key,))
    if not opening and level.starts:
        yield frozenset(AT + key for key in level.starts)


def _explore(seeker: _Search, start: Marking) -> None:
    if start in seeker.came:
        return
    seeker.came[start] = (None, ())
    pending = deque((start,))
    while pending and seeker.work < MOST_WORK:
        marking = pending.popleft()
        seeker.work += len(marking) + 1
        for fired, reached in _steps(seeker, marking):
            if reached not in seeker.came:
                seeker.came[reached] = (marking, fired)
                pending.append(reached)


def _steps(seeker: _Search, marking: Marking) -> Iterator[tuple[tuple[str, ...], Marking]]:
    """What was left, and the marking after it, for each outcome of what happens next."""
    ready = _ready(seeker.net, marking)
    if not ready:
        for place in sorted(marking):
            waiting = seeker.net.target(place)
            if waiting is not None:
                seeker.tell("possible-deadlock", waiting.id, marking)
        return
    net = seeker.net
    nearest = min(net.distance.get(element.id, 0) for element, _ in ready)
    near = [(element, places) for element, places in ready if net.distance.get(element.id, 0) == nearest]
    plain = [one for one in near if len(net.outcomes[one[0].id]) == 1]
    if plain:
        yield _fire(seeker, marking, [(element, places, net.outcomes[element.id][0]) for element, places in plain])
        return
    element, places = near[0]
    for outcome in net.outcomes[element.id]:
        yield _fire(seeker, marking, [(element, places, outcome)])


def _ready(net: _Net, marking: Marking) -> list[tuple[Element, tuple[str, ...]]]:
    """The elements that can go on, each with the places it takes tokens from; those that can wait only if nothing else
    is left."""
    ready: list[tuple[Element, tuple[str, ...]]] = []
    late: dict[str, tuple[Element, tuple[str, ...]]] = {}
    last: list[tuple[Element, tuple[str, ...]]] = []
    for place in sorted(marking):
        element = net.target(place)
        if element is None:
            continue
        if element.kind is Kind.PARALLEL_GATEWAY:
            if element.incoming and place == element.incoming[0] and marking.issuperset(element.incoming):
                ready.append((element, element.incoming))
            elif not element.incoming:
                ready.append((element, (place,)))
        elif element.kind in (Kind.INCLUSIVE_GATEWAY, Kind.COMPLEX_GATEWAY) and len(element.incoming) > 1:
            late[element.id] = (element, tuple(flow for flow in element.incoming if flow in marking))
        elif _ends_all(element):
            last.append((element, (place,)))
        else:
            ready.append((element, (place,)))
    return ready or list(late.values())[:1] or last[:1]


def _fire(
    seeker: _Search, marking: Marking, fired: Sequence[tuple[Element, tuple[str, ...], tuple[str, ...]]]
) -> tuple[tuple[str, ...], Marking]:
    after = set(marking)
    for _, places, _ in fired:
        after.difference_update(places)
    for element, _, outcome in fired:
        if _ends_all(element):
            after.clear()
        for place in outcome:
            if place in after:
                target = seeker.net.target(place) or element
                if target.id in seeker.net.main:
                    seeker.tell("lack-of-synchronisation", target.id, marking)
            after.add(place)
    return tuple(element.id for element, _, _ in fired), frozenset(after)


def _ends_all(element: Element) -> bool:
    return element.kind is Kind.END_EVENT and any(trigger.kind in ENDING for trigger in element.triggers)


def _outcomes(level: Level, element: Element) -> Iterator[tuple[str, ...]]:
    """The sets of places that get a token when the element is left, boundary events included."""
    own = list(dict.fromkeys(_own_outcomes(level, element)))
    yield from own
    for key in element.boundaries:
        boundary = level.elements.get(key)
        if boundary is None or boundary.undone_by is not None or not boundary.outgoing:
            continue
        if boundary.interrupting:
            yield boundary.outgoing
        else:
            yield own[0] + boundary.outgoing


def _own_outcomes(level: Level, element: Element) -> Iterator[tuple[str, ...]]:
    flows = element.outgoing
    links = tuple(AT + key for key in level.linked(element))
    if links or len(flows) < 2:
        yield flows + links
    elif element.kind is Kind.EXCLUSIVE_GATEWAY or (element.kind is Kind.EVENT_BASED_GATEWAY and not element.parallel):
        yield from ((flow,) for flow in flows)
    elif element.kind in (Kind.INCLUSIVE_GATEWAY, Kind.COMPLEX_GATEWAY):
        yield from ((flow,) for flow in flows)
        yield tuple(flow for flow in flows if flow != element.default)
    elif element.kind in (Kind.PARALLEL_GATEWAY, Kind.EVENT_BASED_GATEWAY):
        yield flows
    else:
        yield from _conditional(level, element)


def _conditional(level: Level, element: Element) -> Iterator[tuple[str, ...]]:
    """An activity takes all flows without a condition and those whose condition holds, else its default."""
    free = tuple(key for key in element.outgoing if level.flows[key].condition is None and key != element.default)
    bound = tuple(key for key in element.outgoing if level.flows[key].condition is not None and key != element.default)
    if element.default is not None or free or not bound:
        yield (*free, element.default) if element.default is not None else free
    for key in bound:
        yield (*free, key)
    if len(bound) > 1:
        yield free + bound


def _distances(level: Level, besides: bool) -> dict[str, int]:
    """How many steps each element is from where the level begins, at the least.

    Without `besides`, what is only reached from events that do not interrupt is left out: it may well happen twice.
    """
    distance = dict.fromkeys(level.starts, 0)
    pending = deque(level.starts)
    while pending:
        key = pending.popleft()
        element = level.elements[key]
        nexts = [level.flows[flow].target for flow in element.outgoing]
        aside = [each for each in element.boundaries if besides or level.elements[each].interrupting]
        for following in (*nexts, *aside, *level.linked(element)):
            if following in level.elements and following not in distance:
                distance[following] = distance[key] + 1
                pending.append(following)
    return distance
