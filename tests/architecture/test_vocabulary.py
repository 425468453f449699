"""One word for one thing: the code obeys the glossary, and nothing is named after nothing."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import PROJECT, SERVER, TESTS, Source, sample, sources

BAGS = {
    "util",
    "helper",
    "common",
    "misc",
    "manager",
    "service",
    "base",
    "core",
    "shared",
    "tool",
    "handler",
    "workflow",
}
"""Words that name no thing: neither a file, a folder nor a class bears them, alone or in company."""

NEVER = {"util", "helper", "common", "misc", "manager", "service", "handler", "workflow"}
"""Words that no name in the server may hold; the glossary says which words to use instead."""

OWN_WORDS = {"bpmn": {"service"}, "dmn": {"service"}, "engine": {"service", "workflow"}}
"""What a folder may say all the same: BPMN has service tasks, DMN has decision services, and SpiffWorkflow calls an
instance a workflow."""


def words_of(name: str) -> list[str]:
    """The words of a name in either spelling, in the singular: `UserTaskHandlers` is user, task, handler."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    return [part.lower().removesuffix("s") if len(part) > 3 else part.lower() for part in parts]


def _offends(name: str, words: set[str]) -> bool:
    """A service task is what BPMN calls it: there, the word says something."""
    spoken = words_of(name)
    return any(
        word in words and not (word == "service" and spoken[index + 1 : index + 2] == ["task"])
        for index, word in enumerate(spoken)
    )


def _allowed(source: Source) -> set[str]:
    return OWN_WORDS.get(source.name.split("/")[0], set())


def grab_bags(root: Path) -> list[str]:
    """Files, folders and classes which say nothing about what is in them."""
    found = []
    for source in sources(root):
        words = BAGS - _allowed(source)
        if any(part == "data" or _offends(part, words) for part in source.name.removesuffix(".py").split("/")):
            found.append(source.name)
        classes = (node for node in source.walk() if isinstance(node, ast.ClassDef))
        bags = (node for node in classes if node.name == "Data" or _offends(node.name, words))
        found += [f"{source.at(node)} {node.name}" for node in bags]
    return found


def _names_given(source: Source) -> Iterator[tuple[ast.AST, str]]:
    """Every name which a file gives: functions, classes, parameters, variables, attributes, renamed imports."""
    for node in source.walk():
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node, node.name
            case ast.arg():
                yield node, node.arg
            case ast.Name(ctx=ast.Store()):
                yield node, node.id
            case ast.Attribute(ctx=ast.Store()):
                yield node, node.attr
            case ast.alias(asname=str(renamed)):
                yield node, renamed


def forbidden_names(root: Path) -> list[str]:
    """Names with a word of `NEVER`, and a task that stands alone, for which only the engine has a use."""
    found = []
    for source in sources(root):
        words = NEVER - _allowed(source)
        for node, name in _names_given(source):
            alone = name in ("task", "tasks", "task_id") and not source.name.startswith("engine/")
            if alone or _offends(name, words):
                found.append(f"{source.at(node)} {name}")
    return found


@pytest.mark.parametrize("root", [SERVER, TESTS], ids=["server", "tests"])
def test_no_file_folder_or_class_is_a_grab_bag(root: Path) -> None:
    assert grab_bags(root) == []


def test_no_name_uses_a_word_that_the_glossary_forbids() -> None:
    assert forbidden_names(SERVER) == []


def test_the_glossary_names_every_forbidden_word() -> None:
    told = set(words_of((PROJECT / "docs/glossary.md").read_text(encoding="utf-8")))
    assert sorted(NEVER - told) == []


@pytest.mark.parametrize("name", ["utils.py", "common/forms.py", "task_helpers.py", "data.py", "web/base.py"])
def test_a_grab_bag_of_a_file_is_found(tmp_path: Path, name: str) -> None:
    assert grab_bags(sample(tmp_path, name, "")) == [name]


def test_a_grab_bag_of_a_class_is_found_and_a_service_task_is_none(tmp_path: Path) -> None:
    text = "class ServiceTask: ...\nclass ServiceTasks: ...\nclass UserTaskService: ...\nclass FormHandlers: ...\n"
    assert grab_bags(sample(tmp_path, "a.py", text)) == ["a.py:3 UserTaskService", "a.py:4 FormHandlers"]


@pytest.mark.parametrize(
    "text",
    [
        "def run_workflow(): ...",
        "def f(manager): ...",
        "form_handler = 1",
        "self.helper = 1",
        "import a as utils",
        "for task in (): ...",
        "def f(task_id): ...",
    ],
)
def test_a_forbidden_name_is_found(tmp_path: Path, text: str) -> None:
    assert len(forbidden_names(sample(tmp_path, "commands/a.py", text))) == 1


def test_the_engine_may_speak_of_tasks_and_workflows(tmp_path: Path) -> None:
    assert forbidden_names(sample(tmp_path, "engine/a.py", "def f(task, workflow): ...")) == []
