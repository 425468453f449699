"""Random models for the property tests, of all elements: block-structured ones, and graphs nobody should draw."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import strategies as st

from server.bpmn.definition import (
    AdHoc,
    Call,
    ConnectorCall,
    DecisionReference,
    Element,
    ExternalWork,
    ImplicitThrow,
    Kind,
    Loop,
    Process,
    Trigger,
)
from tests.engine import models as make

Parts = list["Element | str"]
Begun = tuple[Process, tuple[str, int] | None]
SCRIPT = "n = n + 1\nlog.append(n)"
CONDITIONS = ("n % 2 == 0", "n % 3 == 0", "True", "False", "n > 4")
SMALL = ("activity", "user", "catch", "throw", "quiet")
LARGE = ("row", "fork", "some", "xor", "uncontrolled", "sub", "many", "loop", "guarded", "escalating", "complex")
EVENTS = (
    "race",
    "listening",
    "alarmed",
    "undone",
    "undoing",
    "transaction",
    "watched",
    "rescued",
    "terminated",
    "link",
    "quantity",
    "chosen",
)
BLOCKS = ("activity", *LARGE, *EVENTS)
EXAMPLES = 50  # random models with an outermost block of each kind, in each test


def activity(key: str, kind: str) -> Element:
    """One of the tasks that the engine or somebody else does; what the engine does counts `n` up."""
    by_connector = ConnectorCall("connector", ())
    match kind:
        case "script":
            return make.script(key, SCRIPT)
        case "user":
            return make.user(key)
        case "manual":
            return make.node(key, Kind.MANUAL_TASK)
        case "service":
            return make.node(key, Kind.SERVICE_TASK, service=make.python("n + 1"), service_result="n")
        case "connector":
            return make.node(key, Kind.SERVICE_TASK, connector=by_connector)
        case "external":
            return make.node(key, Kind.SERVICE_TASK, external=ExternalWork(make.text("topic")))
        case "send":
            return make.node(key, Kind.SEND_TASK, triggers=(make.message("m"),))
        case "carried":
            return make.node(key, Kind.SEND_TASK, connector=by_connector)
        case "receive":
            return make.node(key, Kind.RECEIVE_TASK, triggers=(make.message("m"),))
        case "decision":
            decision = DecisionReference(make.text("count"), result_variable="n")
            return make.node(key, Kind.BUSINESS_RULE_TASK, decision=decision)
        case "call":
            return make.node(key, Kind.CALL_ACTIVITY, call=Call(make.text("called")))
        case _:
            return make.node(key)


ACTIVITIES: tuple[str, ...] = ("script", "user", "manual", "service", "connector", "external", "send", "carried")
ACTIVITIES += ("receive", "decision", "call", "abstract")


class Maker:
    """Builds blocks, each with one way in and one way out."""

    def __init__(self, draw: st.DrawFn, activities: tuple[str, ...]) -> None:
        self.draw, self.activities = draw, activities
        self.quiet = tuple(
            kind for kind in activities if kind != "send"
        )  # what an event begins must not throw it again
        self.count = 0

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def pick(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def chance(self) -> bool:
        return self.draw(st.booleans())

    def activity(self, key: str, *kinds: str) -> Element:
        return activity(key, self.pick(*(kinds or self.activities)))

    def block(self, depth: int, kind: str = "") -> tuple[Parts, str, str]:
        """Its parts, and the keys of its first and last element. *kind*: one of BLOCKS; empty: any."""
        kind = kind or (self.pick(*SMALL) if depth == 0 else self.pick("activity", *LARGE, *LARGE, *EVENTS, *EVENTS))
        key = self.name(kind)
        match kind:
            case "activity":
                return [self.activity(key)], key, key
            case "user":
                return [make.user(key)], key, key
            case "catch":
                return [self.catch(key)], key, key
            case "throw":
                return [make.throw(key, *self.thrown())], key, key
            case "quiet":
                return [make.throw(key)], key, key
            case "row":
                blocks = [self.block(depth - 1) for _ in range(self.draw(st.integers(2, 3)))]
                parts: Parts = [part for block in blocks for part in block[0]]
                return [*parts, *(f"{a[2]} > {b[1]}" for a, b in pairwise(blocks))], blocks[0][1], blocks[-1][2]
            case "fork" | "some" | "xor" | "uncontrolled":
                return self.branches(kind, key, depth)
            case "sub" | "many" | "loop":
                return [self.inside(kind, key, depth)], key, key
            case "guarded" | "escalating":
                return self.guarded(kind, key, depth)
            case "undone" | "undoing":
                return self.undone(kind, key, depth)
            case _:
                made: tuple[Parts, str, str] = getattr(self, kind)(key, depth)
                return made

    # events

    def triggers(self) -> tuple[Trigger, ...]:
        """What a catching event waits for: one of them, or several."""
        some = (make.timer("duration", "PT1M"), make.signal("s"), make.message("m"), make.conditional("n > 4"))
        dated = make.timer("date", "2026-01-05T12:02:00+00:00")
        return tuple(self.draw(st.lists(st.sampled_from((*some, dated)), min_size=1, max_size=2, unique_by=kind_of)))

    def thrown(self) -> tuple[Trigger, ...]:
        some = (make.signal("s"), make.message("m"), make.escalation("L"))
        return tuple(self.draw(st.lists(st.sampled_from(some), min_size=1, max_size=2, unique=True)))

    def catch(self, key: str) -> Element:
        return make.catch(key, *self.triggers(), parallel_multiple=self.chance())

    def race(self, key: str, depth: int) -> tuple[Parts, str, str]:
        parts: Parts = [make.race(key), make.xor(f"{key}j")]
        for name in (f"{key}a", f"{key}b"):
            event = activity(name, "receive") if self.pick("event", "event", "task") == "task" else self.catch(name)
            parts += [event, f"{key} > {name} > {key}j"]
        return parts, key, f"{key}j"

    def link(self, key: str, depth: int) -> tuple[Parts, str, str]:
        inner, first, last = self.block(depth - 1)
        parts: Parts = [*inner, make.throw(f"{key}t", make.link(key)), make.catch(f"{key}z", make.link(key))]
        return [*parts, f"{last} > {key}t"], first, f"{key}z"

    def watched(self, key: str, depth: int) -> tuple[Parts, str, str]:
        """Any activity, and a boundary event that ends it or goes on beside it."""
        told = make.boundary(
            f"{key}b", key, *self.triggers(), interrupting=self.chance(), parallel_multiple=self.chance()
        )
        parts: Parts = [
            self.activity(key),
            told,
            self.activity(f"{key}s", *self.quiet),
            make.xor(f"{key}z"),
            f"{key}b > {key}s",
        ]
        parts += [f"{key} > {key}z", *([f"{key}s > {key}z"] if told.interrupting else [])]
        return parts, key, f"{key}z"

    def rescued(self, key: str, depth: int) -> tuple[Parts, str, str]:
        """An inclusive join that a token may still reach by way of a boundary event, and by no other."""
        told = make.boundary(f"{key}b", f"{key}a", *self.triggers(), interrupting=self.chance())
        inner, first, last = self.block(depth - 1)
        parts: Parts = [make.fork(key), self.activity(f"{key}a"), told, make.some(f"{key}j"), make.xor(f"{key}z")]
        parts += [*inner, f"{key} > {key}a > {key}z", f"{key} > {first}", f"{last} > {key}j > {key}z"]
        return [*parts, f"{key}b > {key}j"], key, f"{key}z"

    def terminated(self, key: str, depth: int) -> tuple[Parts, str, str]:
        """A sub-process in which one branch may end everything."""
        inner, first, _ = self.block(depth - 1)
        body: Parts = [make.fork(f"{key}f"), *inner, make.xor(f"{key}x"), make.end(f"{key}t", make.terminate())]
        body += [self.activity(f"{key}w"), make.end(f"{key}e", *self.thrown()), f"{key}f > {first}"]
        body += [f"{key}f > {key}w > {key}x", f"{key}x > {key}t: n % 2 == 0", f"{key}x > {key}e: default"]
        return [make.sub(key, *body)], key, key

    # gateways and quantities

    def branches(self, kind: str, key: str, depth: int) -> tuple[Parts, str, str]:
        """A split and its join; an uncontrolled split is an activity with conditions at its flows."""
        split = {"fork": make.fork, "some": make.some, "xor": make.xor}.get(kind, make.user)(key)
        parts: Parts = [split, make.some(f"{key}j") if kind == "uncontrolled" else replace(split, id=f"{key}j")]
        for _ in range(self.draw(st.integers(1, 2))):
            inner, first, last = self.block(depth - 1)
            condition = "" if kind == "fork" else f": {self.pick(*CONDITIONS)}"
            parts += [*inner, f"{key} > {first}{condition}", f"{last} > {key}j"]
        other = make.node(f"{key}d")
        parts += [other, f"{key} > {other.id}" + ("" if kind == "fork" else ": default"), f"{other.id} > {key}j"]
        return parts, key, f"{key}j"

    def complex(self, key: str, depth: int) -> tuple[Parts, str, str]:
        enough = make.python(f"activationCount >= {self.pick('1', '2')}")
        parts: Parts = [
            make.fork(key),
            make.node(f"{key}z", Kind.COMPLEX_GATEWAY, activation=enough),
            make.xor(f"{key}y"),
        ]
        for _ in range(self.draw(st.integers(2, 3))):
            inner, first, last = self.block(depth - 1)
            parts += [*inner, f"{key} > {first}", f"{last} > {key}z"]
        more = make.user(f"{key}r")
        written = self.pick("waitingForStart", "not waitingForStart", "True")
        parts += [more, f"{key}z > {key}y", f"{key}z > {key}r: {written}"]
        return parts, key, f"{key}y"

    def quantity(self, key: str, depth: int) -> tuple[Parts, str, str]:
        last = replace(self.activity(f"{key}z"), start_quantity=2)
        first = replace(self.activity(key), completion_quantity=2)
        return [first, last, f"{key} > {key}z"], key, last.id

    # loops and sub-processes

    def inside(self, kind: str, key: str, depth: int) -> Element:
        """A sub-process or an activity, once, in a loop, or for several instances."""
        loop = self.loop(kind) if kind != "sub" else None
        if loop is not None and self.chance():
            return replace(self.activity(key), loop=loop)
        inner, _, _ = self.block(depth - 1)
        return make.sub(key, *inner, loop=loop, variables=("own",) if self.chance() else ())

    def loop(self, kind: str) -> Loop:
        if kind == "loop":
            condition = make.python(self.pick("n > 4", "loopCounter < 2")) if self.chance() else None
            return Loop("standard", loop_maximum=2, loop_condition=condition, test_before=self.chance())
        throws = ImplicitThrow(self.pick("each", "first", "condition"), self.thrown(), make.python("n > 4"))
        return Loop(
            self.pick("parallel", "sequential"),
            cardinality=make.python(str(self.draw(st.integers(0, 3)))),
            completion_condition=make.python("nrOfCompletedInstances >= 2") if self.chance() else None,
            result_collection=self.name("results"),
            result_variable="item",
            throws=(throws,) if self.chance() else (),
        )

    def chosen(self, key: str, depth: int) -> tuple[Parts, str, str]:
        inside: Parts = [self.activity(f"{key}a"), self.activity(f"{key}b"), self.activity(f"{key}c", "script", "user")]
        done = make.python("n > 6") if self.chance() else None
        how = AdHoc(self.chance(), done, self.chance())
        body = make.level(f"{key}.inside", [*inside, f"{key}b > {key}c"])
        return [make.node(key, Kind.AD_HOC_SUB_PROCESS, inner=body, ad_hoc=how)], key, key

    def listening(self, key: str, depth: int) -> tuple[Parts, str, str]:
        """A sub-process with an event sub-process that anything outside may begin."""
        return self.with_event_sub(key, depth, self.triggers(), make.escalation("L"), self.chance())

    def alarmed(self, key: str, depth: int) -> tuple[Parts, str, str]:
        """A sub-process with an event sub-process that begins by what is thrown inside, or again and again."""
        kind = self.pick("cycle", "escalation", "error")
        triggers = {"cycle": make.timer("cycle", "R2/PT3M"), "escalation": make.escalation("L"), "error": make.error()}
        thrown = make.error("E") if kind == "error" else make.escalation("L")
        return self.with_event_sub(key, depth, (triggers[kind],), thrown, kind == "error" or self.chance())

    def with_event_sub(
        self, key: str, depth: int, triggers: tuple[Trigger, ...], thrown: Trigger, interrupting: bool
    ) -> tuple[Parts, str, str]:
        inner, first, _ = self.block(depth - 1)
        work = self.activity(self.name("work"), *self.quiet)
        begins = make.start(f"{key}s", *triggers, interrupting=interrupting, parallel_multiple=self.chance())
        own = make.event_sub(f"{key}e", begins, work, f"{key}s > {work.id}")
        throws = make.end if thrown.kind == "error" else make.throw
        return [make.sub(key, *self.troubled(key, inner, first, throws(f"{key}t", thrown)), own)], key, key

    def troubled(self, key: str, inner: Parts, first: str, thrown: Element) -> Parts:
        """Work with something beside it that may be thrown."""
        body: Parts = [make.fork(f"{key}f"), *inner, make.xor(f"{key}x"), thrown, make.node(f"{key}q")]
        body += [f"{key}f > {first}", f"{key}f > {key}x", f"{key}x > {thrown.id}: n % 2 == 0"]
        return [*body, f"{key}x > {key}q: default"]

    def guarded(self, kind: str, key: str, depth: int) -> tuple[Parts, str, str]:
        """A sub-process in which something is thrown beside its work, and a boundary event that may end it."""
        inner, first, _ = self.block(depth - 1)
        trouble = make.throw(f"{key}t", make.escalation("L"))
        trouble = trouble if kind == "escalating" else make.end(f"{key}t", make.error("E"))
        trigger = make.escalation("L") if kind == "escalating" else make.error(self.draw(st.sampled_from(("E", None))))
        interrupting = kind != "escalating" or self.chance()
        late = make.boundary(f"{key}l", key, make.timer("cycle", "R2/PT3M"), interrupting=False)
        parts: Parts = [make.sub(key, *self.troubled(key, inner, first, trouble)), late]
        parts += [make.boundary(f"{key}b", key, trigger, interrupting=interrupting)]
        parts += [make.node(f"{key}h"), make.node(f"{key}r"), make.node(f"{key}z")]
        parts += [f"{key} > {key}z", f"{key}b > {key}h", f"{key}l > {key}r"]
        return [*parts, *([f"{key}h > {key}z"] if interrupting else [])], key, f"{key}z"

    # compensation

    def undone(self, kind: str, key: str, depth: int) -> tuple[Parts, str, str]:
        """An activity that can be undone; after it, everything in the level is, or goes on being noted."""
        first = self.chance()
        done = self.activity(key) if first else self.inside(self.pick("sub", "many", "loop"), key, depth)
        handlers = (self.activity(f"{key}u"), make.sub(f"{key}u", make.user(f"{key}v")))
        parts: Parts = make.undone(done, self.draw(st.sampled_from(handlers))) if self.chance() else [done]
        if kind == "undone":
            return parts, key, key
        thrown = make.compensation(self.draw(st.sampled_from((None, key, f"{key}o"))), waits=self.chance())
        parts += [*make.undone(make.user(f"{key}o"), make.script(f"{key}ou", SCRIPT)), make.throw(f"{key}t", thrown)]
        return [*parts, f"{key} > {key}o > {key}t"], key, f"{key}t"

    def transaction(self, key: str, depth: int) -> tuple[Parts, str, str]:
        """One that is cancelled or not; a compensation event sub-process may say how it is undone."""
        inner, first, last = self.block(depth - 1)
        noted, begin, after = self.undone("undone", f"{key}n", 1)
        cancelled, done = make.end(f"{key}c", make.cancel()), make.end(f"{key}g", make.compensation())
        body: Parts = [make.start(f"{key}s"), *inner, *noted, make.xor(f"{key}x"), cancelled, done]
        body += [f"{key}s > {first}", f"{last} > {begin}"]
        body += [f"{after} > {key}x", f"{key}x > {key}c: n % 2 == 0", f"{key}x > {key}g: default"]
        woken = make.start(f"{key}ws", make.signal("s"))
        body.append(make.event_sub(f"{key}w", woken, make.user(f"{key}wu"), f"{key}ws > {key}wu"))
        if self.chance():
            how = make.throw(f"{key}ht", make.compensation())
            begins = make.start(f"{key}hs", make.compensation())
            body.append(make.event_sub(f"{key}h", begins, how, f"{key}hs > {key}ht"))
        parts: Parts = [
            make.transaction(key, *body),
            make.boundary(f"{key}b", key, make.cancel()),
            make.node(f"{key}z"),
        ]
        parts += [make.node(f"{key}r"), f"{key} > {key}z", f"{key}b > {key}r", f"{key}r > {key}z"]
        return parts, key, f"{key}z"

    # what begins an instance

    def beginning(self, first: str) -> tuple[Parts, tuple[str, int] | None]:
        """By hand, or by an event; the number of the trigger that has come."""
        way = self.pick("plain", "plain", "event", "receive", "gateway")
        leads = f"start > {first}"
        if way == "plain":
            return [make.start(), leads], None
        if way == "event":
            start = make.start("start", *self.triggers(), parallel_multiple=self.chance())
            return [start, leads], ("start", self.draw(st.integers(0, len(start.triggers) - 1)))
        if way == "receive":
            return [replace(activity("start", "receive"), instantiate=True), leads], ("start", 0)
        gate = make.race("gate", instantiate=True, parallel=self.chance())
        events = [make.catch("start", *self.triggers()), activity("other", "receive")]
        came = self.draw(st.sampled_from(events))
        joined = make.fork("gathered") if gate.parallel else make.xor("gathered")
        ways = ["gate > start > gathered", "gate > other > gathered", f"gathered > {first}"]
        return [gate, *events, joined, *ways], (came.id, 0)


def kind_of(trigger: Trigger) -> str:
    return trigger.kind


@st.composite
def begun(draw: st.DrawFn, activities: tuple[str, ...] = ACTIVITIES, kind: str = "") -> Begun:
    """Blocks in blocks, of all elements, and where an event has begun the instance. *kind*: of the outermost block."""
    maker = Maker(draw, activities)
    parts, first, last = maker.block(draw(st.integers(1, 3)), kind)
    begins, start = maker.beginning(first)
    return make.process(*begins, make.end(), *parts, f"{last} > end"), start


@st.composite
def unstructured(draw: st.DrawFn) -> Process:
    """Any elements with any flows between them."""
    count = draw(st.integers(2, 9))
    parts: Parts = [make.start()]
    for index in range(count):
        key = f"e{index}"
        makers = (
            lambda key: make.node(key),
            lambda key: make.user(key),
            lambda key: make.script(key, "n = n + 1"),
            lambda key: make.xor(key),
            lambda key: make.fork(key),
            lambda key: make.some(key),
            lambda key: make.end(key),
            lambda key: make.end(key, make.terminate()),
            lambda key: make.throw(key, make.message("m")),
            lambda key: make.catch(key, make.message("m")),
            lambda key: make.sub(key, make.user(f"{key}u"), make.script(f"{key}s", "n = n + 1")),
        )
        parts.append(draw(st.sampled_from(makers))(key))
    keys = [f"e{index}" for index in range(count)]
    sources = [part.id for part in parts if isinstance(part, Element) and part.kind != "endEvent"]
    parts.append(f"start > {draw(st.sampled_from(keys))}")
    for _ in range(draw(st.integers(1, 2 * count))):
        source, target = draw(st.sampled_from(sources)), draw(st.sampled_from(keys))
        condition = draw(st.sampled_from(("", "", ": default", *[f": {text}" for text in CONDITIONS])))
        parts.append(f"{source} > {target}{condition}")
    return make.process(*parts)
