"""The wiring: settings, database, security, pages. The only file but the command line that knows everyone."""

import sys
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, request, send_from_directory
from markupsafe import Markup
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from server import api, database
from server.api import camunda7, long_polls, origins
from server.runtime import calendars, forgetting, inbox, notices, subscribers
from server.settings import Settings
from server.web import BLUEPRINTS, configuration, errors, presentation, security, sessions, shell, translation, words
from server.web.assets import Assets, precompressed, read_assets

WEB = Path(__file__).parent / "web"
FOREVER = "public, max-age=31536000, immutable"


def configure_log(settings: Settings) -> None:
    """One event a line on standard error, as JSON in production. Tracebacks never show the values of variables."""
    is_read_by_people = not settings.production
    renderer = (
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback, sort_keys=False
        )
        if is_read_by_people
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper("iso", utc=True),
            *([] if is_read_by_people else [structlog.processors.format_exc_info]),
            renderer,
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # as it is when something is said
    )


class UnbuiltRule(Rule):
    """A route that compiles how its address is built only when somebody builds one: to compile all of them, of which
    most are never built, took four fifths of the time in which an application was made."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_it = super()._compile_builder
        compiled: Callable[..., tuple[str, str]] | None = None

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            nonlocal compiled
            if compiled is None:
                compiled = compile_it(append_unknown)
            return compiled(rule, **values)

        return build


class Application(Flask):
    """Flask without coroutines: nobody has to ask of each function of each request whether it is one. Its templates are
    compiled for each language."""

    jinja_environment = translation.Templates
    url_rule_class = UnbuiltRule

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: Settings) -> Flask:
    """An application that answers requests; the schema of the database is upgraded elsewhere (`procession upgrade`)."""
    configure_log(settings)
    app = Application("server", static_folder=None, template_folder=str(WEB / "templates"))
    app.config[configuration.KEY] = settings
    app.config["DEBUG"] = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    words.install(app)
    security.install(app, settings)
    origins.install(app, settings)
    database.connect(app, settings.database_url)
    inbox.patience.seconds = settings.message_time_to_live
    calendars.installation.settle(settings.zone, settings.calendar)
    notices.outlets.mail = bool(settings.mail_server) or settings.outbox is not None
    notices.outlets.connection = settings.notice_connection
    forgetting.memory.kept = timedelta(days=settings.webhook_days)
    subscribers.origin.url = settings.base_url.rstrip("/")
    own = frozenset(blueprint.name for blueprint in api.BLUEPRINTS) | camunda7.BLUEPRINTS
    sessions.install(app, settings, own)
    api.install(app, settings)
    long_polls.install(app, settings)
    camunda7.install(app, settings)
    for name in own:
        security.csrf.exempt(app.blueprints[name])
    errors.install(app)
    presentation.install(app)
    shell.install(app)
    _serve_assets(app, WEB / "static")
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def _serve_assets(app: Flask, folder: Path) -> None:
    """Built files under names that carry a hash, so browsers may keep them; compressed when they were built."""
    read: list[Assets] = []

    def assets() -> Assets:
        # Read when the first page asks, so that the command line works before the browser side is built.
        if not read:
            read.append(read_assets(folder))
        return read[0]

    app.jinja_env.globals["asset"] = lambda name: assets().url(name)
    app.jinja_env.globals["asset_imports"] = lambda name: assets().imports(name)
    app.jinja_env.globals["drawn_icon"] = cache(lambda name, size="": _icon(assets().url("icons.svg"), name, size))

    def static(filename: str) -> Response:
        file, encoding = precompressed(folder, filename, request.headers.get("Accept-Encoding", ""))
        response = send_from_directory(folder, file, mimetype=_media_type(filename))
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = FOREVER
        if encoding is not None:
            response.headers["Content-Encoding"] = encoding
        return response

    app.add_url_rule("/static/<path:filename>", "static", static)


def _icon(drawings: str, name: str, size: str) -> Markup:
    return Markup('<svg class="i{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>').format(
        f" {size}" if size else "", drawings, name
    )


_MEDIA_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".json": "application/json",
    ".txt": "text/plain",
}


def _media_type(name: str) -> str:
    """By our own table: the machine's may be odd, and browsers refuse scripts of an odd type."""
    return _MEDIA_TYPES.get(Path(name).suffix, "application/octet-stream")
