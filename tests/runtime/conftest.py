"""The same real database and people as the commands have."""

from tests.commands.conftest import ann, app, bob, kind, olga, settings, stranger

__all__ = ["ann", "app", "bob", "kind", "olga", "settings", "stranger"]
