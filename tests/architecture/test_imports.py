"""The floors and fans of the house, as .importlinter draws them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import PROJECT, sample

HOUSE = [
    "errors.py",
    "clock.py",
    "connectors/ai.py",
    "connectors/chat.py",
    "connectors/http.py",
    "connectors/mail.py",
    "connectors/openapi.py",
    "connectors/sql.py",
    "connectors/webhook.py",
    "bpmn/reader.py",
    "records/job.py",
    "engine/execution.py",
    "runtime/instances.py",
    "commands/forms.py",
    "commands/jobs.py",
    "queries/jobs.py",
    "web/page.py",
]
"""A small house, to be broken in one place at a time."""

BROKEN = {
    "a lower floor imports a higher one": ("errors.py", "from server import clock", "Floors"),
    "a folder stands on no floor": ("attic/box.py", "", "Floors"),
    "a face drives the runtime": (
        "web/page.py",
        "from server.runtime import instances",
        "they do not know the runtime",
    ),
    "a face touches rows": ("api/jobs.py", "from server.records import job", "they do not touch rows"),
    "a query drives the engine": ("queries/jobs.py", "from server.engine import execution", "Only the runtime drives"),
    "the engine knows the database": ("engine/execution.py", "import sqlalchemy", "The engine is pure"),
    "one command gives another": ("commands/jobs.py", "from server.commands import forms", "Slices of a fan"),
    "a reader knows SpiffWorkflow": ("bpmn/reader.py", "import SpiffWorkflow", "Only the engine knows SpiffWorkflow"),
    "a query knows Flask": ("queries/jobs.py", "import flask", "know Flask"),
    "a record knows flask_sqlalchemy": ("records/job.py", "import flask_sqlalchemy", "Only database.py"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Hold the package `server` in `folder` against the contracts, in a process of its own: ours has its `server`."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--config", str(PROJECT / ".importlinter")]
    return subprocess.run(  # noqa: S603  # the command is ours
        [*command, "--no-cache", "--no-logo"], cwd=folder, capture_output=True, text=True, check=False
    )


def house(folder: Path) -> Path:
    """Build the small house in `folder`."""
    for name in HOUSE:
        room(folder, name, "")
    return folder


def room(folder: Path, name: str, text: str) -> None:
    """Add one file to the house, with the packages it stands in."""
    for package in (Path("server", name).parent, Path("server")):
        (folder / package).mkdir(parents=True, exist_ok=True)
        (folder / package / "__init__.py").touch()
    sample(folder, f"server/{name}", text)


def test_imports_keep_to_the_floors_and_fans_of_the_house() -> None:
    result = lint(PROJECT)
    assert result.returncode == 0, result.stdout


def test_a_house_in_order_passes(tmp_path: Path) -> None:
    result = lint(house(tmp_path))
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("name", "line", "contract"), BROKEN.values(), ids=BROKEN.keys())
def test_an_import_against_the_house_is_found(tmp_path: Path, name: str, line: str, contract: str) -> None:
    room(house(tmp_path), name, line)
    result = lint(tmp_path)
    broken = " ".join(result.stdout.split())
    assert result.returncode == 1
    assert contract in broken
