"""Who asks: by a bearer token, by name and password or token (basic), or by a browser's session with its CSRF token.

`actor_of(request)` is all that an endpoint needs. A browser sends its cookie by itself, so whatever changes something
has to bring the CSRF token of a page as well; a token or a password is sent on purpose. A script of another origin
signs in by those alone.
"""

import hmac
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import Any, cast

from flask import Flask, Request, current_app
from flask_login import current_user
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from server import clock
from server.api.attempts import Attempts
from server.api.origins import is_of_another, read_origins
from server.commands import tokens
from server.errors import Forbidden, Rejection
from server.identity.actor import Actor
from server.identity.secrets import TOKEN
from server.queries import sessions
from server.settings import Settings

EXTENSION = "procession_authentication"
CSRF_HEADER = "X-CSRFToken"
TOUCH = timedelta(minutes=1)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_REMEMBERED = 256
_NOT_FITTING = "This name and password, or this token, do not let you in. Check them, or make a new token."


class NotAuthenticated(Rejection):
    """Say who you are: by a bearer token, or by name and password."""


class TooManyAttempts(Rejection):
    """There were too many failed attempts in a short time. Wait a minute, then try again."""


@dataclass
class Checked:
    """Passwords that were found right within the last minute: checking one is slow, on purpose.

    Kept are keyed hashes only, over the name, the password and what the database holds of it, so that a password which
    has been changed is forgotten at once.
    """

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    until: OrderedDict[bytes, Any] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def is_right(self, name: str, password: str) -> bool:
        """Whether somebody active may sign in with this."""
        kept = sessions.password_hash(name)
        seal = hmac.digest(self.key, "\0".join((name, kept or "", password)).encode(), "sha256")
        now = clock.now()
        with self.lock:
            if self.until.get(seal, now) > now:
                return True
        if not sessions.password_is_right(name, password):
            return False
        with self.lock:
            self.until[seal] = now + TOUCH
            while len(self.until) > _REMEMBERED:
                self.until.popitem(last=False)
        return True


@dataclass(frozen=True)
class Gate:
    """What an application remembers of those who knock."""

    attempts: Attempts
    checked: Checked
    origins: frozenset[str]  # of pages whose scripts may call


def install(app: Flask, settings: Settings) -> None:
    """Have the application know how often somebody may try."""
    app.extensions[EXTENSION] = Gate(
        Attempts(settings.sign_in_limit), Checked(), read_origins(settings.allowed_origins)
    )


def actor_of(request: Request) -> Actor:
    """Who asks. Raises NotAuthenticated, TooManyAttempts, and Forbidden for a change from a page that is not ours."""
    _refuse_other_sites(request)
    given = request.authorization
    if given is None:
        return _by_session(request)
    if given.type == "bearer" and given.token:
        return _by_token(request, given.token, None)
    if given.type == "basic":
        return _by_password(request, given.username or "", given.password or "")
    raise NotAuthenticated()


def _refuse_other_sites(request: Request) -> None:
    """A browser that remembers a password would send it along from any page; it says, though, from which."""
    if request.method in SAFE or request.origin in _gate().origins:
        return
    if request.headers.get("Sec-Fetch-Site", "none") == "cross-site" or is_of_another(request):
        raise Forbidden("This was asked for by a page of another site.")


def _by_session(request: Request) -> Actor:
    person = cast(Any, current_user)
    if is_of_another(request) or not person.is_authenticated:
        raise NotAuthenticated()
    if request.method not in SAFE:
        try:
            validate_csrf(request.headers.get(CSRF_HEADER))
        except ValidationError as error:
            raise Forbidden(f"With a session, send the CSRF token of a page in the header {CSRF_HEADER}.") from error
    return cast(Actor, person.actor)


def _by_password(request: Request, name: str, password: str) -> Actor:
    """By name and password, or by name and one of their tokens, which is quick to check."""
    if password.startswith(TOKEN):
        return _by_token(request, password, name)
    account = name.strip().lower()[:100]
    gate, keys = _gate(), (f"address:{request.remote_addr}", f"account:{account}")
    if not gate.attempts.are_left(*keys):
        raise TooManyAttempts()
    actor = sessions.actor_of(account, clock.now()) if gate.checked.is_right(account, password) else None
    if actor is None:
        gate.attempts.failed(*keys)
        raise NotAuthenticated(_NOT_FITTING)
    return actor


def _by_token(request: Request, secret: str, name: str | None) -> Actor:
    address = f"token:{request.remote_addr}"
    gate, now = _gate(), clock.now()
    found = sessions.bearer(secret, now)
    if found is None or (name is not None and name.strip().lower() != found.actor.id):
        # No limit for those who fit: many programs may share an address with one that is set up wrongly.
        if not gate.attempts.are_left(address):
            raise TooManyAttempts()
        gate.attempts.failed(address)
        raise NotAuthenticated(_NOT_FITTING)
    if found.seen_at is None or now - found.seen_at > TOUCH:
        tokens.touch(found.actor, request.remote_addr or "")
    return found.actor


def _gate() -> Gate:
    return cast(Gate, current_app.extensions[EXTENSION])
