"""Random models for the property tests: block-structured ones, and graphs as nobody should draw them."""

from itertools import pairwise

from hypothesis import strategies as st

from server.bpmn.definition import AdHoc, Element, Kind, Loop, Process, Trigger
from tests.engine.models import (
    boundary,
    cancel,
    catch,
    compensation,
    end,
    error,
    escalation,
    event_sub,
    fork,
    level,
    message,
    node,
    process,
    python,
    race,
    script,
    signal,
    some,
    start,
    sub,
    terminate,
    text,
    throw,
    timer,
    transaction,
    undone,
    user,
    xor,
)

Parts = list["Element | str"]
SCRIPT = "n = n + 1\nlog.append(n)"
CONDITIONS = ("n % 2 == 0", "n % 3 == 0", "True", "False", "n > 4")


class Maker:
    """Builds blocks, each with one way in and one way out."""

    def __init__(self, draw: st.DrawFn, everything: bool) -> None:
        self.draw, self.everything = draw, everything
        self.count = 0

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def pick(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def block(self, depth: int) -> tuple[Parts, str, str]:
        """Its parts, and the keys of its first and last element."""
        small = ("script", "user", "catch", "throw")
        large = ("row", "fork", "some", "xor", "sub", "many", "loop", "guarded", "escalating")
        events = ("race", "listening", "undone", "undoing", "transaction")
        others = ("link", "several", "all", "quantity", "complex", "chosen", "watched") if self.everything else ()
        kind = self.pick(*small) if depth == 0 else self.pick(*small[:2], *large, *large, *events, *events, *others)
        key = self.name(kind)
        match kind:
            case "script":
                return [script(key, SCRIPT)], key, key
            case "user":
                return [user(key)], key, key
            case "catch":
                return [catch(key, self.trigger())], key, key
            case "throw":
                return [throw(key, self.draw(st.sampled_from((signal("s"), message("m")))))], key, key
            case "race":
                return self.race(key)
            case "listening":
                return self.listening(key, depth)
            case "undone" | "undoing":
                return self.undone(kind, key, depth)
            case "transaction":
                return self.transaction(key, depth)
            case "link" | "several" | "all" | "quantity" | "complex" | "chosen" | "watched":
                return self.other(kind, key)
            case "row":
                blocks = [self.block(depth - 1) for _ in range(self.draw(st.integers(2, 3)))]
                parts: Parts = [part for block in blocks for part in block[0]]
                links = [f"{a[2]} > {b[1]}" for a, b in pairwise(blocks)]
                return [*parts, *links], blocks[0][1], blocks[-1][2]
            case "fork" | "some" | "xor":
                return self.branches(kind, key, depth)
            case "sub" | "many" | "loop":
                return [self.inside(kind, key, depth)], key, key
            case _:
                return self.guarded(kind, key, depth)

    def branches(self, kind: str, key: str, depth: int) -> tuple[Parts, str, str]:
        make = {"fork": fork, "some": some, "xor": xor}[kind]
        parts: Parts = [make(key), make(f"{key}j")]
        for _ in range(self.draw(st.integers(1, 2))):
            inner, first, last = self.block(depth - 1)
            condition = "" if kind == "fork" else f": {self.pick(*CONDITIONS)}"
            parts += [*inner, f"{key} > {first}{condition}", f"{last} > {key}j"]
        other = node(f"{key}d")
        parts += [other, f"{key} > {other.id}" + ("" if kind == "fork" else ": default"), f"{other.id} > {key}j"]
        return parts, key, f"{key}j"

    def inside(self, kind: str, key: str, depth: int) -> Element:
        inner, _, _ = self.block(depth - 1)
        loop = None
        if kind == "many":
            loop = Loop(
                self.pick("parallel", "sequential"),
                cardinality=python(str(self.draw(st.integers(0, 3)))),
                completion_condition=python("nrOfCompletedInstances >= 2") if self.draw(st.booleans()) else None,
                result_collection=self.name("results"),
                result_variable="item",
            )
        elif kind == "loop":
            loop = Loop("standard", loop_maximum=2)
        return sub(key, *inner, loop=loop, variables=("own",) if self.draw(st.booleans()) else ())

    def other(self, kind: str, key: str) -> tuple[Parts, str, str]:
        """What the naive interpreter does not know."""
        condition = Trigger("conditional", condition=python("n > 4"))
        last = f"{key}z"
        match kind:
            case "link":
                link = Trigger("link", text(key))
                return [throw(key, link), catch(last, link)], key, last
            case "several":
                return [catch(key, condition, self.trigger())], key, key
            case "all":
                return [catch(key, signal("s"), timer("duration", "PT1M"), parallel_multiple=True)], key, key
            case "quantity":
                parts: Parts = [node(key, completion_quantity=2), user(last, start_quantity=2), f"{key} > {last}"]
                return parts, key, last
            case "complex":
                join = node(last, Kind.COMPLEX_GATEWAY, activation=python("activationCount >= 1"))
                parts = [fork(key), user(f"{key}a"), user(f"{key}b"), join]
                return [*parts, f"{key} > {key}a > {last}", f"{key} > {key}b > {last}"], key, last
            case "chosen":
                inside = level(f"{key}.inside", [script(f"{key}a", SCRIPT), script(f"{key}b", SCRIPT)])
                how = AdHoc(sequential=self.draw(st.booleans()))
                return [node(key, Kind.AD_HOC_SUB_PROCESS, inner=inside, ad_hoc=how)], key, key
            case _:
                told = boundary(f"{key}b", key, condition, interrupting=self.draw(st.booleans()))
                parts = [user(key), told, script(f"{key}s", SCRIPT), xor(last), f"{key}b > {key}s", f"{key} > {last}"]
                return [*parts, *([f"{key}s > {last}"] if told.interrupting else [])], key, last

    def trigger(self) -> Trigger:
        """What a catching event waits for."""
        return self.draw(st.sampled_from((timer("duration", "PT1M"), signal("s"), message("m"))))

    def race(self, key: str) -> tuple[Parts, str, str]:
        parts: Parts = [race(key), xor(f"{key}j")]
        for name in (f"{key}a", f"{key}b"):
            parts += [catch(name, self.trigger()), f"{key} > {name} > {key}j"]
        return parts, key, f"{key}j"

    def listening(self, key: str, depth: int) -> tuple[Parts, str, str]:
        """A sub-process with an event sub-process, and something that may throw in it."""
        inner, first, _ = self.block(depth - 1)
        work, begin, _ = self.block(0)
        kind = self.pick("signal", "message", "timer", "cycle", "escalation", "error")
        triggers = {
            "signal": signal("s"),
            "message": message("m"),
            "timer": timer("duration", "PT1M"),
            "cycle": timer("cycle", "R2/PT3M"),
            "escalation": escalation("L"),
            "error": error(),
        }
        interrupting = kind == "error" or self.draw(st.booleans())
        begins = start(f"{key}s", triggers[kind], interrupting=interrupting)
        own = event_sub(f"{key}e", begins, *work, f"{key}s > {begin}")
        thrown = end(f"{key}t", error("E")) if kind == "error" else throw(f"{key}t", escalation("L"))
        body: Parts = [fork(f"{key}f"), *inner, xor(f"{key}x"), thrown, node(f"{key}q"), own, f"{key}f > {first}"]
        body += [f"{key}f > {key}x", f"{key}x > {key}t: n % 2 == 0", f"{key}x > {key}q: default"]
        return [sub(key, *body)], key, key

    def undone(self, kind: str, key: str, depth: int) -> tuple[Parts, str, str]:
        """An activity that can be undone; after it, everything in the level is, or goes on being noted."""
        activities = (user(key), script(key, SCRIPT), self.inside(self.pick("sub", "many", "loop"), key, depth))
        handlers = (user(f"{key}u"), script(f"{key}u", SCRIPT), sub(f"{key}u", user(f"{key}v")))
        activity, handler = self.draw(st.sampled_from(activities)), self.draw(st.sampled_from(handlers))
        parts: Parts = undone(activity, handler) if self.draw(st.booleans()) else [activity]
        if kind == "undone":
            return parts, key, key
        thrown = compensation(self.draw(st.sampled_from((None, key, f"{key}o"))))
        parts += [*undone(user(f"{key}o"), script(f"{key}ou", SCRIPT)), throw(f"{key}t", thrown)]
        parts.append(f"{key} > {key}o > {key}t")
        return parts, key, f"{key}t"

    def transaction(self, key: str, depth: int) -> tuple[Parts, str, str]:
        """One that is cancelled or not; a compensation event sub-process may say how it is undone."""
        inner, first, last = self.block(depth - 1)
        noted, begin, after = self.undone("undone", f"{key}n", 1)
        body: Parts = [start(f"{key}s"), *inner, *noted, xor(f"{key}x"), end(f"{key}c", cancel()), end(f"{key}g")]
        body += [f"{key}s > {first}", f"{last} > {begin}"]
        body += [f"{after} > {key}x", f"{key}x > {key}c: n % 2 == 0", f"{key}x > {key}g: default"]
        body.append(event_sub(f"{key}w", start(f"{key}ws", signal("s")), user(f"{key}wu"), f"{key}ws > {key}wu"))
        if self.draw(st.booleans()):
            how = throw(f"{key}ht", compensation())
            body.append(event_sub(f"{key}h", start(f"{key}hs", compensation()), how, f"{key}hs > {key}ht"))
        parts: Parts = [transaction(key, *body), boundary(f"{key}b", key, cancel()), node(f"{key}z")]
        parts += [node(f"{key}r"), f"{key} > {key}z", f"{key}b > {key}r", f"{key}r > {key}z"]
        return parts, key, f"{key}z"

    def guarded(self, kind: str, key: str, depth: int) -> tuple[Parts, str, str]:
        """A sub-process in which something is thrown beside its work, and a boundary event that may end it."""
        inner, first, _ = self.block(depth - 1)
        trouble = throw(f"{key}t", escalation("L")) if kind == "escalating" else end(f"{key}t", error("E"))
        body: Parts = [fork(f"{key}f"), *inner, xor(f"{key}x"), trouble, node(f"{key}q")]
        body += [f"{key}f > {first}", f"{key}f > {key}x", f"{key}x > {key}t: n % 2 == 0", f"{key}x > {key}q: default"]
        trigger = escalation("L") if kind == "escalating" else error()
        interrupting = kind != "escalating" or self.draw(st.booleans())
        late = boundary(f"{key}l", key, timer("cycle", "R2/PT3M"), interrupting=False)
        parts: Parts = [sub(key, *body), boundary(f"{key}b", key, trigger, interrupting=interrupting), late]
        parts += [node(f"{key}h"), node(f"{key}r"), node(f"{key}z")]
        parts += [f"{key} > {key}z", f"{key}b > {key}h", f"{key}l > {key}r"]
        if interrupting:
            parts.append(f"{key}h > {key}z")
        return parts, key, f"{key}z"


@st.composite
def structured(draw: st.DrawFn, everything: bool = True) -> Process:
    """Blocks in blocks, of all elements or of those that the naive interpreter knows."""
    maker = Maker(draw, everything)
    parts, first, last = maker.block(draw(st.integers(1, 3)))
    return process(start(), end(), *parts, f"start > {first}", f"{last} > end")


@st.composite
def unstructured(draw: st.DrawFn) -> Process:
    """Any elements with any flows between them."""
    count = draw(st.integers(2, 9))
    parts: Parts = [start()]
    for index in range(count):
        key = f"e{index}"
        makers = (
            lambda key: node(key),
            lambda key: user(key),
            lambda key: script(key, "n = n + 1"),
            lambda key: xor(key),
            lambda key: fork(key),
            lambda key: some(key),
            lambda key: end(key),
            lambda key: end(key, terminate()),
            lambda key: throw(key, message("m")),
            lambda key: catch(key, message("m")),
            lambda key: sub(key, user(f"{key}u"), script(f"{key}s", "n = n + 1")),
        )
        parts.append(draw(st.sampled_from(makers))(key))
    keys = [f"e{index}" for index in range(count)]
    sources = [part.id for part in parts if isinstance(part, Element) and part.kind != "endEvent"]
    parts.append(f"start > {draw(st.sampled_from(keys))}")
    for _ in range(draw(st.integers(1, 2 * count))):
        source, target = draw(st.sampled_from(sources)), draw(st.sampled_from(keys))
        condition = draw(st.sampled_from(("", "", ": default", *[f": {text}" for text in CONDITIONS])))
        parts.append(f"{source} > {target}{condition}")
    return process(*parts)
