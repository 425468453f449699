"""Sends one HTTP request and reads the answer: redirects followed by hand, every address checked (S21)."""

import functools
import ssl
from dataclasses import dataclass

import httpcore2
import httpx2

from server.connectors.addresses import Resolver, Target, checked_target, read_url, resolve
from server.connectors.answers import Answer, read_body
from server.connectors.connector import TemporaryFailure
from server.connectors.requests import KEPT_ELSEWHERE, HttpRequest
from server.connectors.transport import Deadline, PinnedTransport
from server.errors import Failure
from server.settings import Settings

REDIRECTS = 3
REDIRECTING = frozenset({301, 302, 303, 307, 308})


@functools.cache
def certificates() -> ssl.SSLContext:
    """The certificates that the machine trusts (SSL_CERT_FILE may name others)."""
    return httpx2.create_ssl_context()


@dataclass(frozen=True)
class Exchange:
    """How requests are sent: within which limits, trusting which certificates, showing which one of our own."""

    settings: Settings
    resolver: Resolver = resolve
    tls: ssl.SSLContext | None = None
    follows: bool = True  # redirects

    def send(self, request: HttpRequest) -> tuple[Answer, str]:
        """The answer, and in words what answered. Raises TemporaryFailure for no connection and time used up."""
        deadline = Deadline(request.timeout)
        first: tuple[str, str, int] | None = None
        for _ in range(REDIRECTS + 1):
            target = checked_target(read_url(request.url), self.settings.http_allowed, self.resolver)
            first = first or target.origin
            # Who we are is shown to whom it was meant for only.
            tls = self.tls if self.tls is not None and target.origin == first else certificates()
            answer = self._once(request, target, deadline, tls)
            if not self.follows or answer.status not in REDIRECTING or "location" not in answer.headers:
                return answer, f"{request.method} {target.host}"
            request = _redirected(request, target, answer)
        raise Failure(f"{request.method} {target.host} was redirected more than {REDIRECTS} times.")

    def _once(self, request: HttpRequest, target: Target, deadline: Deadline, tls: ssl.SSLContext) -> Answer:
        what = f"{request.method} {target.host}"
        try:
            with (
                PinnedTransport(target.addresses, deadline, tls) as transport,
                httpx2.Client(transport=transport, trust_env=False) as client,
                client.stream(
                    request.method, target.url, headers=dict(request.headers), content=request.content
                ) as response,
            ):
                body = read_body(response, self.settings.http_answer_limit, what)
                return Answer(response.status_code, {**response.headers}, body)
        except httpcore2.TimeoutException as error:
            raise TemporaryFailure(f"{what} did not answer within {request.timeout:g} s.") from error
        except (httpcore2.NetworkError, httpcore2.RemoteProtocolError) as error:
            if _certificate_refused(error):
                raise Failure(f"{what} shows a certificate that is not trusted: {error}.") from error
            raise TemporaryFailure(f"{what} gave no answer: {str(error).rstrip('.') or 'connection lost'}.") from error
        except httpcore2.LocalProtocolError as error:
            raise Failure(f"{what} cannot be sent: {error}.") from error


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
