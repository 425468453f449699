"""The REST face: what programs ask and do. `nouns` has the endpoints, one noun a file."""

from flask import Blueprint, Flask

from server.api import authentication, documentation, hooks, installation, monitoring, serving
from server.api.nouns import NOUNS
from server.settings import Settings

BLUEPRINTS: tuple[Blueprint, ...] = (serving.blueprint_of(NOUNS), monitoring.blueprint, hooks.blueprint)
"""Whoever asks these says who they are with each request: no sign-in page, and no form with a CSRF token."""


PAGES: tuple[Blueprint, ...] = (documentation.page_of(NOUNS),)
"""Pages about it, for people who are signed in."""


def install(app: Flask, settings: Settings) -> None:
    """Serve what programs ask."""
    app.extensions[installation.EXTENSION] = settings
    authentication.install(app, settings)
    hooks.install(app, settings)
    monitoring.install(app)
    for blueprint in (*BLUEPRINTS, *PAGES):
        app.register_blueprint(blueprint)
