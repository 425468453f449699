"""Access tokens by OAuth 2.0 client credentials (RFC 6749, 4.4), kept in memory until they expire."""

import base64
import hashlib
import json
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote_plus, urlencode

from server import clock
from server.connectors.answers import failure_of
from server.connectors.connection import Connection
from server.connectors.connector import CallContext
from server.connectors.exchange import Exchange
from server.connectors.requests import HttpRequest
from server.errors import Failure

MARGIN = timedelta(seconds=30)  # a token is not used in its last moments, which a slow call may outlast


@dataclass
class _Kept:
    """Tokens by what they were fetched with, and when they end."""

    tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


_kept = _Kept()


def fetched_token(connection: Connection, context: CallContext, exchange: Exchange) -> str:
    """A token that is valid now. Raises Failure where none is given, TemporaryFailure where it may be later."""
    key = _key(connection)
    with _kept.lock:
        token, until = _kept.tokens.get(key, ("", clock.now()))
    if not token or until <= clock.now():
        token, seconds = _ask(connection, context, exchange)
        with _kept.lock:
            _kept.tokens[key] = token, clock.now() + timedelta(seconds=seconds) - MARGIN
    context.hidden.append(token)
    return token


def forget_token(connection: Connection) -> None:
    """The token was refused: the next call fetches another."""
    with _kept.lock:
        _kept.tokens.pop(_key(connection), None)


def _key(connection: Connection) -> str:
    """What the token depends on; with another secret, it is another one."""
    parts = [connection.name, *(connection.setting(name) for name in ("token_url", "client_id", "scope"))]
    return hashlib.sha256(json.dumps([*parts, connection.secret("client_secret")]).encode()).hexdigest()


def _ask(connection: Connection, context: CallContext, exchange: Exchange) -> tuple[str, float]:
    """A new token, and for how many seconds it is valid."""
    url = connection.setting("token_url")
    if not url or not connection.setting("client_id"):
        raise Failure(f'The connection "{connection.name}" signs in by oauth2 and has no token address or client id.')
    # Both parts are encoded before they are joined (RFC 6749, 2.3.1).
    pair = ":".join(quote_plus(part) for part in (connection.setting("client_id"), connection.secret("client_secret")))
    context.hidden.append(quote_plus(connection.secret("client_secret")))
    form = {"grant_type": "client_credentials"}
    if connection.setting("scope"):
        form["scope"] = connection.setting("scope")
    headers = {
        "authorization": "Basic " + base64.b64encode(pair.encode()).decode("ascii"),
        "content-type": "application/x-www-form-urlencoded",
        "accept": "application/json",
        "user-agent": "Procession",
        "accept-encoding": "identity",
    }
    request = HttpRequest(
        "POST", url, headers, urlencode(form).encode(), float(context.settings.http_timeout), accept_errors=False
    )
    answer, what = exchange.send(request)
    failure = failure_of(answer, f"The token address of {connection.name} ({what})", accept_errors=False)
    if failure is not None:
        raise failure
    try:
        said = json.loads(answer.body)
        token, seconds = said["access_token"], float(said.get("expires_in", 0))
        good = isinstance(token, str) and token.isascii() and token.isprintable() and token and 0 <= seconds < 1e9
    except (ValueError, KeyError, TypeError, AttributeError):
        good = False
    if not good:
        raise Failure(f"The token address of {connection.name} ({what}) answered without a usable access_token.")
    return token, seconds
