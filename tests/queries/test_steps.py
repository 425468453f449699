"""The steps bar: done, now and what usually follows, also for models that would be too much for the stack."""

import itertools

from server.bpmn.definition import Element, Flow, Kind, Level
from server.queries.steps import FARTHEST, _following, _step


def _level(kinds: list[tuple[str, Kind]], flows: list[tuple[str, str]]) -> Level:
    named = {f"{source}-{target}": Flow(f"{source}-{target}", source, target) for source, target in flows}
    elements = {
        key: Element(
            key,
            kind,
            incoming=tuple(flow.id for flow in named.values() if flow.target == key),
            outgoing=tuple(flow.id for flow in named.values() if flow.source == key),
        )
        for key, kind in kinds
    }
    return Level("p", elements, named)


def _ahead(level: Level, key: str) -> list[str]:
    return [element.id for element in _following(level, key, {}, 0)]


def test_of_a_choice_the_longest_branch_is_the_usual_way() -> None:
    level = _level(
        [
            ("x", Kind.EXCLUSIVE_GATEWAY),
            ("end", Kind.END_EVENT),
            ("a", Kind.USER_TASK),
            ("b", Kind.USER_TASK),
        ],
        [("x", "end"), ("x", "a"), ("a", "b"), ("b", "end")],
    )
    assert _ahead(level, "x") == ["a", "b"]


def test_of_a_fork_every_branch_follows_and_what_joins_them_comes_once() -> None:
    level = _level(
        [("f", Kind.PARALLEL_GATEWAY), ("a", Kind.USER_TASK), ("b", Kind.USER_TASK), ("c", Kind.SERVICE_TASK)],
        [("f", "a"), ("f", "b"), ("a", "c"), ("b", "c")],
    )
    assert sorted(_ahead(level, "f")) == ["a", "b", "c"]


def test_a_loop_is_gone_through_once() -> None:
    level = _level([("a", Kind.USER_TASK), ("b", Kind.USER_TASK)], [("a", "b"), ("b", "a")])
    assert _ahead(level, "a") == ["a", "b"]


def test_a_model_of_two_hundred_elements_in_a_row_is_looked_at_only_so_far() -> None:
    names = [f"t{number}" for number in range(200)]
    level = _level([(name, Kind.USER_TASK) for name in names], list(itertools.pairwise(names)))
    assert len(_ahead(level, "t0")) <= FARTHEST + 1


def test_where_a_variable_stands_in_a_name_there_are_dots() -> None:
    named = [Element("late", Kind.USER_TASK, name="Overdue: ${what}"), Element("do_it", Kind.USER_TASK, name="#{what}")]
    assert [_step(element, "next").name for element in named] == ["Overdue: …", "Do it"]
