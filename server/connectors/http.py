"""Calls other systems over HTTP: one request a job, redirects followed by hand, every address checked (S21)."""

import functools
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpcore2
import httpx2

from server.connectors.addresses import Resolver, Target, checked_target, read_url, resolve
from server.connectors.answers import Answer, failure_of, read_answer, read_body
from server.connectors.connections import Deadline, PinnedTransport
from server.connectors.connector import CallContext, TemporaryFailure
from server.connectors.requests import KEPT_ELSEWHERE, HttpRequest, read_request
from server.errors import Failure

REDIRECTS = 3
REDIRECTING = frozenset({301, 302, 303, 307, 308})


@functools.cache
def certificates() -> ssl.SSLContext:
    """The certificates that the machine trusts (SSL_CERT_FILE may name others)."""
    return httpx2.create_ssl_context()


@dataclass(frozen=True)
class HttpConnector:
    """Takes url, method, headers, payload, timeout (s), acceptErrors; answers statusCode, headers, response."""

    resolver: Resolver = resolve
    tls: ssl.SSLContext | None = None

    def call(self, parameters: Mapping[str, Any], context: CallContext) -> Mapping[str, Any]:
        """Send the request once. Raises TemporaryFailure for 429, 502, 503, 504, no connection and time used up.

        Another status from 400 on is a Failure, unless acceptErrors makes it an answer.
        """
        request = read_request(parameters, context)
        deadline = Deadline(request.timeout)
        for _ in range(REDIRECTS + 1):
            target = checked_target(read_url(request.url), context.settings.http_allowed, self.resolver)
            answer = self._exchange(request, target, deadline, context.settings.http_answer_limit)
            if answer.status not in REDIRECTING or "location" not in answer.headers:
                return _accepted(answer, request, target)
            request = _redirected(request, target, answer)
        raise Failure(f"{request.method} {target.host} was redirected more than {REDIRECTS} times.")

    def _exchange(self, request: HttpRequest, target: Target, deadline: Deadline, limit: int) -> Answer:
        what = f"{request.method} {target.host}"
        try:
            with (
                PinnedTransport(target.addresses, deadline, self.tls or certificates()) as transport,
                httpx2.Client(transport=transport, trust_env=False) as client,
                client.stream(
                    request.method, target.url, headers=dict(request.headers), content=request.content
                ) as response,
            ):
                body = read_body(response, limit, what)
                return Answer(response.status_code, {**response.headers}, body)
        except httpcore2.TimeoutException as error:
            raise TemporaryFailure(f"{what} did not answer within {request.timeout:g} s.") from error
        except (httpcore2.NetworkError, httpcore2.RemoteProtocolError) as error:
            if _certificate_refused(error):
                raise Failure(f"{what} shows a certificate that is not trusted: {error}.") from error
            raise TemporaryFailure(f"{what} gave no answer: {str(error).rstrip('.') or 'connection lost'}.") from error
        except httpcore2.LocalProtocolError as error:
            raise Failure(f"{what} cannot be sent: {error}.") from error


def _accepted(answer: Answer, request: HttpRequest, target: Target) -> Mapping[str, Any]:
    what = f"{request.method} {target.host}"
    failure = failure_of(answer, what, request.accept_errors)
    if failure is not None:
        raise failure
    return read_answer(answer, what)


def _redirected(request: HttpRequest, target: Target, answer: Answer) -> HttpRequest:
    """The request that follows a redirect (RFC 9110, 15.4). Another origin is not told what was meant for the first."""
    url = target.url.join(read_url(answer.headers["location"]))
    if target.url.scheme == "https" and url.scheme == "http":
        raise Failure(f"{request.method} {target.host} was redirected from https to http, where anybody can read it.")
    if (answer.status == 303 and request.method != "HEAD") or (
        answer.status in (301, 302) and request.method == "POST"
    ):
        request = request.without_content()
    same_origin = (url.scheme, url.raw_host, url.port) == (target.url.scheme, target.url.raw_host, target.url.port)
    return request.sent_to(str(url), None if same_origin else KEPT_ELSEWHERE)


def _certificate_refused(error: Exception) -> bool:
    return any(isinstance(inner, ssl.SSLCertVerificationError) for inner in (*error.args, error.__cause__))
