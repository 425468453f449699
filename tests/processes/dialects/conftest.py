"""The same real database and people as the commands have; and cases that tell what they saw when they fail."""

import pytest

from tests.commands.conftest import ann, app, kind, settings, stranger

pytest.register_assert_rewrite(*(f"tests.processes.dialects.{name}" for name in ("family", "zeebe", "spiffworkflow")))

__all__ = ["ann", "app", "kind", "settings", "stranger"]
