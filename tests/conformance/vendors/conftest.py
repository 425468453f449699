"""The server and the browser of the journeys, to look at what editors export."""

from tests.journeys.conftest import browser, server

__all__ = ["browser", "server"]
