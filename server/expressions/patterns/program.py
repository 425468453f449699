"""The tree of a pattern as a program of small steps, and as a plain text where it is no more than that."""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from server.expressions.patterns.characters import Chars
from server.expressions.patterns.reading import (
    Back,
    Choice,
    Edge,
    Group,
    One,
    Reader,
    Repeat,
    Sequence,
    Tree,
    Unreadable,
)

_LONGEST = 2_000
_STEPS = 6_000
_VISITS = 24_000
"""Parts visited while a program is written: repetitions of nothing write no steps, and have to end too."""
_CACHED = 512
_FLAGS = frozenset("smix")


class Do(IntEnum):
    """What a step does."""

    ONE = 0
    SPLIT = 1
    JUMP = 2
    SAVE = 3
    START = 4
    END = 5
    BACK = 6
    MARK = 7
    MOVED = 8
    MATCH = 9


@dataclass
class Step:
    """`first` and `second` are where to go on, preferred first; or the slot or group that is meant."""

    do: Do
    first: int = 0
    second: int = 0
    chars: Chars | None = None


@dataclass(frozen=True)
class Pattern:
    """`literal` is the plain text that the pattern is, None where it is more; `slots` are start and end of groups."""

    steps: tuple[Step, ...]
    slots: int
    groups: int
    literal: str | None
    many_lines: bool
    any_case: bool
    looks_back: bool


class _Writer:
    def __init__(self, groups: int, looks_back: bool) -> None:
        self.steps: list[Step] = []
        self.slots = 2 * (groups + 1)
        self._looks_back = looks_back
        self._written = 0

    def add(self, step: Step) -> Step:
        if len(self.steps) >= _STEPS:
            raise Unreadable("its repetitions make it too large")
        self.steps.append(step)
        return step

    def write(self, tree: Tree) -> None:
        self._written += 1
        if self._written > _VISITS:
            raise Unreadable("its repetitions make it too large")
        match tree:
            case One():
                self.add(Step(Do.ONE, chars=tree.chars))
            case Edge():
                self.add(Step(Do.START if tree.sign == "^" else Do.END))
            case Back():
                self.add(Step(Do.BACK, tree.group))
            case Sequence():
                for item in tree.items:
                    self.write(item)
            case Choice():
                self._choice(tree)
            case Group():
                self._group(tree)
            case Repeat():
                self._repeat(tree)

    def _group(self, tree: Group) -> None:
        if tree.number is None:
            return self.write(tree.inner)
        self.add(Step(Do.SAVE, 2 * tree.number))
        self.write(tree.inner)
        self.add(Step(Do.SAVE, 2 * tree.number + 1))
        return None

    def _choice(self, tree: Choice) -> None:
        jumps = []
        for option in tree.options[:-1]:
            split = self.add(Step(Do.SPLIT, len(self.steps) + 1))
            self.write(option)
            jumps.append(self.add(Step(Do.JUMP)))
            split.second = len(self.steps)
        self.write(tree.options[-1])
        for jump in jumps:
            jump.first = len(self.steps)

    def _repeat(self, tree: Repeat) -> None:
        for _ in range(tree.least):
            self.write(tree.inner)
        if tree.most is None:
            self._loop(tree)
            return
        splits = []
        for _ in range(tree.most - tree.least):
            splits.append(self.add(Step(Do.SPLIT)))
            _branch(splits[-1], len(self.steps), None, tree.greedy)
            self.write(tree.inner)
        for split in splits:
            _branch(split, None, len(self.steps), tree.greedy)

    def _loop(self, tree: Repeat) -> None:
        start = len(self.steps)
        split = self.add(Step(Do.SPLIT))
        if self._looks_back:
            # without a memory of what was tried, a round that matches nothing has to be stopped
            slot = self.slots
            self.slots += 1
            self.add(Step(Do.MARK, slot))
            self.write(tree.inner)
            self.add(Step(Do.MOVED, slot))
        else:
            self.write(tree.inner)
        self.add(Step(Do.JUMP, start))
        _branch(split, start + 1, len(self.steps), tree.greedy)


def _branch(split: Step, inside: int | None, outside: int | None, greedy: bool) -> None:
    if inside is not None:
        split.first, split.second = (inside, split.second) if greedy else (split.first, inside)
    if outside is not None:
        split.first, split.second = (split.first, outside) if greedy else (outside, split.second)


def _literal(tree: Tree) -> str | None:
    items = tree.items if isinstance(tree, Sequence) else (tree,)
    signs = [item.literal if isinstance(item, One) else None for item in items]
    return None if None in signs else "".join(sign for sign in signs if sign)


def _looks_back(tree: Tree) -> bool:
    match tree:
        case Back():
            return True
        case Sequence():
            return any(map(_looks_back, tree.items))
        case Choice():
            return any(map(_looks_back, tree.options))
        case Group() | Repeat():
            return _looks_back(tree.inner)
    return False


@lru_cache(_CACHED)
def compiled(text: str, flags: str) -> Pattern:
    """The pattern of *text*. Raises Unreadable."""
    if len(text) > _LONGEST:
        raise Unreadable(f"it is longer than {_LONGEST:,} characters")
    if not set(flags) <= _FLAGS:
        raise Unreadable("flags are made of the letters s, m, i and x")
    reader = Reader(text, flags)
    tree = reader.read()
    looks_back = _looks_back(tree)
    writer = _Writer(reader.groups, looks_back)
    writer.write(tree)
    writer.add(Step(Do.MATCH))
    return Pattern(
        tuple(writer.steps), writer.slots, reader.groups, _literal(tree), "m" in flags, "i" in flags, looks_back
    )
