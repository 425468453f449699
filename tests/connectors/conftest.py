"""The real servers that connectors call."""

from tests.loopback import post, site

__all__ = ["post", "site"]
