"""Runs against the corpora of others: only where the environment variable CORPUS names their folder."""

import os
from pathlib import Path

import pytest

collect_ignore_glob = [] if os.environ.get("CORPUS") else ["*"]


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder that holds the corpora."""
    return Path(os.environ["CORPUS"])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have recorded as a `table`, whether they passed or failed."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, text in report.user_properties:
                if name == "table":
                    terminalreporter.write_line(f"\n{text}")
