"""Random processes of what can be hurt: user tasks, calls, timers, messages and scripts, in rows, forks and choices."""

import zlib
from collections import Counter
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.commands.conftest import flows, model
from tests.proofs import models

_PLAIN = ("user", "call", "timer", "message", "script")
_LARGE = ("row", "fork", "choice")


@dataclass
class Drawn:
    """A process, how often a run without faults comes to each element, and the paths that its calls ask for."""

    key: str
    source: bytes = b""
    visits: Counter[str] = field(default_factory=Counter)
    effects: list[str] = field(default_factory=list)


class _Pen:
    """Draws blocks of one way in and one way out; notes what will be visited."""

    def __init__(self, data: st.DataObject, drawn: Drawn, url: str) -> None:
        self._data, self._drawn, self._url = data, drawn, url
        self._count = 0
        self.nodes: list[str] = []
        self.arrows: list[str] = []

    def block(self, depth: int, visited: bool) -> tuple[str, str]:
        kind = self._data.draw(st.sampled_from((_PLAIN, (*_PLAIN, *_LARGE), _LARGE)[depth]))
        self._count += 1
        key = f"{self._drawn.key}{kind}{self._count}"
        if kind == "row":
            (first, end), (begin, last) = self.block(depth - 1, visited), self.block(depth - 1, visited)
            self.arrows.append(f"{end}>{begin}")
            return first, last
        if kind in ("fork", "choice"):
            return self._gateways(key, kind, depth, visited)
        self.nodes.append(self._plain(kind, key, visited))
        self._drawn.visits[key] += visited
        return key, key

    def _plain(self, kind: str, key: str, visited: bool) -> str:
        match kind:
            case "user":
                return models.user_task(key)
            case "timer":
                return models.timer(key)
            case "message":
                return models.message(key)
            case "call":
                if visited:
                    self._drawn.effects.append(f"/{key}")
                return models.call(key, f"{self._url}/{key}", "R99/PT1S")
            case _:
                return f'<scriptTask id="{key}" scriptFormat="python"><script>x{self._count} = 1</script></scriptTask>'

    def _gateways(self, key: str, kind: str, depth: int, visited: bool) -> tuple[str, str]:
        """Two ways, both of which are taken by a fork, and the second, the default, by a choice."""
        tag = "parallelGateway" if kind == "fork" else "exclusiveGateway"
        default = f' default="{key}_default"' if kind == "choice" else ""
        self.nodes += [f'<{tag} id="{key}"{default}/>', f'<{tag} id="{key}_end"/>']
        for number in (1, 2):
            taken = visited and (kind == "fork" or number == 2)
            first, last = self.block(depth - 1, taken)
            self.arrows.append(f"{last}>{key}_end")
            if kind == "fork":
                self.arrows.append(f"{key}>{first}")
                continue
            condition = "<conditionExpression>${1 == 2}</conditionExpression>" if number == 1 else ""
            flow = f"{key}_default" if number == 2 else f"{key}_never"
            self.nodes.append(
                f'<sequenceFlow id="{flow}" sourceRef="{key}" targetRef="{first}">{condition}</sequenceFlow>'
            )
        self._drawn.visits[key] += visited
        arrivals = 2 if kind == "fork" else 1  # each token that waits at a join has come to it
        self._drawn.visits[f"{key}_end"] += visited * arrivals
        return key, f"{key}_end"


def draw(key: str, url: str) -> Drawn:
    """A process *key* whose calls go below *url*, drawn by hypothesis; the same key gives the same process."""
    made: list[Drawn] = []

    @seed(zlib.crc32(key.encode()))
    @settings(max_examples=3, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(st.data())
    def one(data: st.DataObject) -> None:
        drawn = Drawn(key, visits=Counter({"begin": 1, "done": 1}))
        pen = _Pen(data, drawn, url)
        first, last = pen.block(2, True)
        nodes = '<startEvent id="begin"/><endEvent id="done"/>' + "".join(pen.nodes)
        drawn.source = models.with_messages(model(key, nodes + flows(f"begin>{first}", *pen.arrows, f"{last}>done")))
        drawn.visits = +drawn.visits
        made.append(drawn)

    one()
    return max(made, key=lambda drawn: len(drawn.visits))
