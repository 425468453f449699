"""Every fact has a projection: whatever an execution reports ends in rows."""

import inspect
from collections.abc import Iterable
from dataclasses import dataclass, is_dataclass
from pkgutil import iter_modules
from types import ModuleType, SimpleNamespace
from typing import get_args

from server.engine import facts
from server.runtime import projections


def kinds_of_fact(module: ModuleType | SimpleNamespace) -> set[type]:
    """The dataclasses that a module defines itself."""
    own = (each for each in vars(module).values() if inspect.isclass(each) and is_dataclass(each))
    return {each for each in own if each.__module__ == module.__name__}


def untaken(kinds: Iterable[type], takers: Iterable[ModuleType | SimpleNamespace]) -> set[str]:
    """The facts that no projection takes."""
    taken = {kind for taker in takers for kind in taker.TAKES}
    return {kind.__name__ for kind in kinds} - {kind.__name__ for kind in taken}


def test_every_fact_is_taken_by_a_projection() -> None:
    assert untaken(kinds_of_fact(facts), projections.PROJECTIONS) == set()


def test_every_fact_stands_in_the_union_of_facts() -> None:
    assert kinds_of_fact(facts) == set(get_args(facts.Fact))


def test_every_projection_is_in_the_table_of_projections() -> None:
    files = {module.name for module in iter_modules(projections.__path__)}
    assert files == {each.__name__.rpartition(".")[2] for each in projections.PROJECTIONS}


def test_every_fact_is_named_in_the_past_tense() -> None:
    irregular = ("Taken", "Set", "Thrown", "Caught", "Uncaught", "Sent", "Begun", "Left", "Made")
    assert [kind.__name__ for kind in kinds_of_fact(facts) if not kind.__name__.endswith(("ed", *irregular))] == []


def test_a_fact_without_projection_is_found() -> None:
    @dataclass(frozen=True)
    class Taken: ...

    @dataclass(frozen=True)
    class Forgotten: ...

    module = SimpleNamespace(__name__=__name__, Taken=Taken, Forgotten=Forgotten, dataclass=dataclass)
    assert untaken(kinds_of_fact(module), [SimpleNamespace(TAKES=(Taken,))]) == {"Forgotten"}
