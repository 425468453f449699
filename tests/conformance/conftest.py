"""Runs against the corpora of others: only where the environment variable CORPUS names their folder."""

import os
from pathlib import Path

import pytest

collect_ignore_glob = [] if os.environ.get("CORPUS") else ["*"]


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder that holds the corpora."""
    return Path(os.environ["CORPUS"])
