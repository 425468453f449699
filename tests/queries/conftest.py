"""The application of the tests of pages, for the queries behind them."""

from tests.web.conftest import app, kind, settings

__all__ = ["app", "kind", "settings"]
