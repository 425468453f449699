"""The system at the other end of an HTTP connection: where it is, how we sign in there, whom we trust.

A connection's address is a border: whatever a model asks for stays below it, so that its secrets go nowhere else.
"""

import base64
import contextlib
import os
import ssl
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from server.connectors.addresses import Resolver, read_url, resolve
from server.connectors.answers import Answer, failure_of, read_answer
from server.connectors.connection import Connection, Field
from server.connectors.connector import CallContext, TemporaryFailure
from server.connectors.exchange import Exchange
from server.connectors.requests import HttpRequest
from server.connectors.tokens import fetched_token, forget_token
from server.errors import BpmnError, Failure, Invalid
from server.sentences import say

WAYS = ("none", "basic", "bearer", "header", "oauth2")


def check_address(text: str) -> None:
    """For fields that hold the address of a system. Raises Failure, Invalid."""
    url = read_url(text)
    if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query or url.fragment:
        raise Invalid(say("Write an address like https://api.example.org/v1, without a name, a question mark or a #."))


def check_file(text: str) -> None:
    """For fields that name a file of certificates. Raises Invalid."""
    try:
        ssl.create_default_context(cafile=text)
    except (OSError, ValueError):
        raise Invalid(say("%(text)s cannot be read as certificates (PEM).", text=text)) from None


TRUST = (
    Field(
        "certificate", say("Own certificate"), say("For mutual TLS: certificate and private key as PEM."), secret=True
    ),
    Field("authority", say("Trusted authority"), say("A file of certificates (PEM) on the server."), check=check_file),
)
FIELDS = (
    Field(
        "url",
        say("Address"),
        say("Such as https://api.example.org/v1; calls stay below it."),
        required=True,
        check=check_address,
    ),
    Field("authentication", say("Signs in by"), choices=WAYS),
    Field("user", say("Name"), say("For basic.")),
    Field("password", say("Password"), say("For basic."), secret=True),
    Field("token", say("Token"), say("For bearer and header."), secret=True),
    Field("header", say("Header"), say("For header: its name, such as X-Api-Key.")),
    Field("token_url", say("Token address"), say("For oauth2 (client credentials)."), check=check_address),
    Field("client_id", say("Client id"), say("For oauth2.")),
    Field("client_secret", say("Client secret"), say("For oauth2."), secret=True),
    Field("scope", say("Scope"), say("For oauth2.")),
    *TRUST,
)


def send(
    request: HttpRequest, context: CallContext, resolver: Resolver = resolve, tls: ssl.SSLContext | None = None
) -> tuple[Answer, str]:
    """Send a request whose url is absolute or, with a connection, below its address; signed in as that says.

    Returns the answer and in words what answered. A token that is refused (401) is fetched anew once.
    """
    connection = context.connection
    if connection is None:
        return Exchange(context.settings, resolver, tls).send(request)
    request = replace(request, url=below(connection, request.url))
    exchange = Exchange(context.settings, resolver, _trust(connection) or tls)
    answer, what = exchange.send(_signed(request, connection, context, exchange))
    if answer.status == 401 and connection.setting("authentication") == "oauth2":
        forget_token(connection)
        answer, what = exchange.send(_signed(request, connection, context, exchange))
    return answer, what


def ask(
    request: HttpRequest, context: CallContext, resolver: Resolver = resolve, tls: ssl.SSLContext | None = None
) -> dict[str, Any]:
    """Send a request and answer with statusCode, headers and response.

    Raises TemporaryFailure for 429, 502, 503, 504, no connection and time used up. Another status from 400 on is the
    BPMN error that the request names for it, else a Failure, unless it accepts errors.
    """
    answer, what = send(request, context, resolver, tls)
    status = str(answer.status)
    code = request.errors.get(status) or request.errors.get(f"{status[0]}xx")
    failure = failure_of(answer, what, request.accept_errors and code is None)
    if failure is None:
        return read_answer(answer, what)
    if code is not None and not isinstance(failure, TemporaryFailure):
        raise BpmnError(code, str(failure))
    raise failure


def below(connection: Connection, url: str) -> str:
    """The address that *url* means within the connection. Raises Failure where it leads out of it."""
    address = connection.setting("url").rstrip("/")
    if not urlsplit(url).scheme:
        url = f"{address}/{url.lstrip('/')}" if url else address
    there, border = read_url(url), read_url(address)
    path = unquote(there.raw_path.decode("ascii").partition("?")[0])
    prefix = unquote(border.raw_path.decode("ascii")).rstrip("/")
    is_within = path == prefix or path.startswith(f"{prefix}/")
    # A server may take an encoded or doubled step upward for one, and a backslash for a slash.
    climbs = ".." in unquote(path).replace("\\", "/").split("/")
    same = (there.scheme, there.raw_host.lower(), there.port) == (border.scheme, border.raw_host.lower(), border.port)
    if not same or not is_within or climbs or there.userinfo:
        raise Failure(f'The url leads out of the connection "{connection.name}", which is for {address} only.')
    return str(there)


def _signed(request: HttpRequest, connection: Connection, context: CallContext, exchange: Exchange) -> HttpRequest:
    return replace(request, headers={**request.headers, **_sign_in(connection, context, exchange)})


def _sign_in(connection: Connection, context: CallContext, exchange: Exchange) -> Mapping[str, str]:
    way = connection.setting("authentication", "none")
    if way == "basic":
        pair = f"{connection.setting('user')}:{connection.secret('password')}"
        return {"authorization": "Basic " + base64.b64encode(pair.encode()).decode("ascii")}
    if way == "none":
        return {}
    token = (
        fetched_token(connection, context, exchange) if way == "oauth2" else _header_value(connection.secret("token"))
    )
    name = connection.setting("header", "x-api-key").lower() if way == "header" else "authorization"
    return {name: token if way == "header" else f"Bearer {token}"}


def _header_value(text: str) -> str:
    if not text or not text.isascii() or not text.isprintable():
        raise Failure("The token of the connection is missing, or holds signs that a header cannot hold.")
    return text


def _trust(connection: Connection) -> ssl.SSLContext | None:
    """What the connection trusts and shows; None where it says nothing of its own."""
    authority, certificate = connection.setting("authority"), connection.secret("certificate")
    if not authority and not certificate:
        return None
    try:
        tls = ssl.create_default_context(cafile=authority or None)
    except OSError as error:
        raise Failure(f"{authority} cannot be read as certificates (PEM).") from error
    if certificate:
        try:
            with _as_file(certificate) as path:
                tls.load_cert_chain(path)
        except (ssl.SSLError, ValueError):
            text = f'The certificate of the connection "{connection.name}" is not a certificate and its key as PEM.'
            raise Failure(text) from None
    return tls


@contextlib.contextmanager
def _as_file(text: str) -> Iterator[str]:
    """A file that only we can read, in memory where the system can do that: OpenSSL reads keys from files alone."""
    if hasattr(os, "memfd_create"):
        number = os.memfd_create("certificate")
        try:
            os.write(number, text.encode())
            yield f"/proc/self/fd/{number}"
        finally:
            os.close(number)
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "certificate.pem")
            path.write_text(text, encoding="utf-8")
            yield str(path)
