"""The REST face: what programs ask and do, one noun a file, all of them in one table."""

from flask import Blueprint, Flask

from server.api import (
    account,
    attachments,
    audit,
    authentication,
    decisions,
    definitions,
    deployments,
    filters,
    groups,
    incidents,
    installation,
    instance_story,
    jobs,
    messages,
    operations,
    people,
    process_instances,
    processes,
    programs,
    requests_of_mine,
    search,
    serving,
    signals,
    substitutes,
    tokens,
    user_tasks,
)
from server.api.endpoints import Noun
from server.settings import Settings

NOUNS: tuple[Noun, ...] = (
    user_tasks.noun,
    processes.noun,
    process_instances.noun,
    instance_story.noun,
    attachments.noun,
    requests_of_mine.noun,
    definitions.noun,
    deployments.noun,
    decisions.noun,
    messages.noun,
    signals.noun,
    operations.noun,
    incidents.noun,
    jobs.noun,
    people.noun,
    groups.noun,
    substitutes.noun,
    programs.noun,
    audit.noun,
    account.noun,
    tokens.noun,
    filters.noun,
    search.noun,
)
BLUEPRINTS: tuple[Blueprint, ...] = (serving.blueprint_of(NOUNS),)
"""Whoever asks these says who they are with each request: no sign-in page, and no form with a CSRF token."""


def install(app: Flask, settings: Settings) -> None:
    """Serve what programs ask."""
    app.extensions[installation.EXTENSION] = settings
    authentication.install(app, settings)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
