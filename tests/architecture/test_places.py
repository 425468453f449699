"""What may happen in one place only: committing, reading the clock and the environment; and what may happen nowhere."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.source import SERVER, Source, dotted, sample, sources

CLOCK_READINGS = {"now", "utcnow", "today"}
TIME_READINGS = {"time", "time_ns", "localtime", "gmtime", "ctime"}
ENVIRONMENT = {"environ", "environb", "getenv", "putenv"}
MODEL_RUNNERS = {"eval", "exec", "compile", "__import__"}


def _outside(root: Path, places: set[str], broken: Callable[[ast.AST], bool]) -> list[str]:
    """Where a rule is broken outside the files (or folders) that may."""
    return [
        source.at(node)
        for source in sources(root)
        if not _within(source, places)
        for node in source.walk()
        if broken(node)
    ]


def _within(source: Source, places: set[str]) -> bool:
    return source.name in places or f"{source.name.split('/')[0]}/" in places


def _takes(node: ast.AST, module: str, names: set[str]) -> bool:
    """Whether `from module import name` takes one of the names."""
    return isinstance(node, ast.ImportFrom) and node.module == module and any(each.name in names for each in node.names)


def commits_outside_the_transaction(root: Path) -> list[str]:
    """The engine may use the word for its variables: an import contract keeps every database from it."""

    def broken(node: ast.AST) -> bool:
        return isinstance(node, ast.Attribute) and node.attr == "commit"

    return _outside(root, {"runtime/transaction.py", "engine/"}, broken)


def clock_readings_outside_the_clock(root: Path) -> list[str]:
    """`time.monotonic` and `time.perf_counter` tell how long, not when; `func.now` is the database's own clock."""

    def broken(node: ast.AST) -> bool:
        if _takes(node, "time", TIME_READINGS):
            return True
        whose, _, name = dotted(node.func).rpartition(".") if isinstance(node, ast.Call) else ("", "", "")
        if whose == "time":
            return name in TIME_READINGS
        return name in CLOCK_READINGS and whose not in ("", "clock", "func")

    return _outside(root, {"clock.py"}, broken)


def environment_readings_outside_the_settings(root: Path) -> list[str]:
    """The wiring hands the environment to `settings.read_settings`; nobody else sees it."""

    def broken(node: ast.AST) -> bool:
        return _takes(node, "os", ENVIRONMENT) or (
            isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT and dotted(node.value) == "os"
        )

    return _outside(root, {"settings.py", "cli.py", "app.py", "cli/"}, broken)


def texts_run_as_python(root: Path) -> list[str]:
    """Every `eval`, `exec`, `compile` and `__import__`, of whatever text; only regular expressions are compiled."""

    def broken(node: ast.AST) -> bool:
        if isinstance(node, ast.Name):
            return node.id in MODEL_RUNNERS
        if isinstance(node, ast.Attribute):
            return node.attr in MODEL_RUNNERS and dotted(node) != "re.compile"
        return _takes(node, "builtins", MODEL_RUNNERS)

    return _outside(root, set(), broken)


def test_only_the_transaction_commits() -> None:
    assert commits_outside_the_transaction(SERVER) == []


def test_only_the_clock_reads_the_clock() -> None:
    assert clock_readings_outside_the_clock(SERVER) == []


def test_only_settings_and_wiring_read_the_environment() -> None:
    assert environment_readings_outside_the_settings(SERVER) == []


def test_no_text_is_ever_run_as_python() -> None:
    assert texts_run_as_python(SERVER) == []


@pytest.mark.parametrize("line", ["db.session.commit()", "session().commit()", "finish = connection.commit"])
def test_a_commit_elsewhere_is_found(tmp_path: Path, line: str) -> None:
    sample(tmp_path, "runtime/transaction.py", line)
    assert commits_outside_the_transaction(sample(tmp_path, "commands/user_tasks.py", line)) == [
        "commands/user_tasks.py:1"
    ]


@pytest.mark.parametrize(
    "line",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "Instant.now()",
        "time.time()",
        "from time import time",
    ],
)
def test_a_clock_read_elsewhere_is_found(tmp_path: Path, line: str) -> None:
    sample(tmp_path, "clock.py", line)
    sample(tmp_path, "patient.py", "clock.now()\ntime.monotonic()\nfunc.now()\nnow()\n")
    assert clock_readings_outside_the_clock(sample(tmp_path, "workers/loop.py", line)) == ["workers/loop.py:1"]


@pytest.mark.parametrize("line", ["os.environ['A']", "os.getenv('A')", "from os import environ"])
def test_an_environment_read_elsewhere_is_found(tmp_path: Path, line: str) -> None:
    sample(tmp_path, "settings.py", line)
    assert environment_readings_outside_the_settings(sample(tmp_path, "web/page.py", line)) == ["web/page.py:1"]


@pytest.mark.parametrize(
    "line",
    [
        "eval(text)",
        "exec(text)",
        "compile(text, '', 'eval')",
        "run = eval",
        "builtins.exec(text)",
        "from builtins import eval",
    ],
)
def test_a_text_that_is_run_as_python_is_found(tmp_path: Path, line: str) -> None:
    sample(tmp_path, "plain.py", "re.compile('a')\nconnection.execute(statement)\n")
    assert texts_run_as_python(sample(tmp_path, "engine/scripting.py", line)) == ["engine/scripting.py:1"]
