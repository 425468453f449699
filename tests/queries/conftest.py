"""The application of the tests of pages, for the queries behind them."""

from tests.web.conftest import app, settings, settled

__all__ = ["app", "settings", "settled"]
