"""The floors and fans of the house, as .importlinter draws them."""

import configparser
from pathlib import Path

import pytest
from importlinter import cli

from tests.architecture.source import PROJECT, sample

BROKEN = {
    "a lower floor imports a higher one": ("server/errors.py", "from server import clock"),
    "a face drives the runtime": ("server/web/page.py", "from server.runtime import instances"),
    "a face touches rows": ("server/api/jobs.py", "from server.records import job"),
    "a query drives the engine": ("server/queries/jobs.py", "from server.engine import execution"),
    "one command gives another": ("server/commands/jobs.py", "from server.commands import forms"),
    "SpiffWorkflow outside the engine": ("server/bpmn/reader.py", "import SpiffWorkflow"),
    "Flask below the faces": ("server/queries/jobs.py", "import flask"),
    "flask_sqlalchemy outside the database": ("server/records/job.py", "import flask_sqlalchemy"),
    "a folder on no floor": ("server/attic/box.py", ""),
}

HOUSE = [
    "server/errors.py",
    "server/clock.py",
    "server/bpmn/reader.py",
    "server/records/job.py",
    "server/engine/execution.py",
    "server/runtime/instances.py",
    "server/commands/jobs.py",
    "server/commands/forms.py",
    "server/queries/jobs.py",
    "server/web/page.py",
]


def contracts_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the package `server` below `root` keeps every contract of the project's .importlinter."""
    monkeypatch.syspath_prepend(str(root))
    return cli.lint_imports(config_filename=str(PROJECT / ".importlinter"), no_cache=True) == cli.EXIT_STATUS_SUCCESS
