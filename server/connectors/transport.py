"""Connections to an address that was checked, within one span of time for everything that is sent and read."""

import ssl
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Any

import httpcore2
import httpx2
from httpcore2 import NetworkBackend, NetworkStream

SocketOptions = Iterable[Any]


class Deadline:
    """How long something may still take. Time-outs of single reads do not stop a server that sends a byte a second."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    def remaining(self) -> float:
        """Seconds that are left; raises httpcore2.ReadTimeout when none are."""
        seconds = self._end - monotonic()
        if seconds <= 0:
            raise httpcore2.ReadTimeout("the time is used up")
        return seconds


class _Stream(NetworkStream):
    """A stream whose every step ends with the deadline."""

    def __init__(self, inner: NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.remaining())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.remaining())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._deadline.remaining())
        return _Stream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Dialler(NetworkBackend):
    """Connects to one of the checked addresses, whatever the name of the host resolves to by now."""

    def __init__(self, addresses: tuple[str, ...], deadline: Deadline) -> None:
        self._inner = httpcore2.SyncBackend()
        self._addresses, self._deadline = addresses, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> NetworkStream:
        *first, last = self._addresses
        for address in first:
            try:
                return self._connect(address, port, self._deadline.remaining() / 2, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return self._connect(last, port, self._deadline.remaining(), socket_options)

    def _connect(self, address: str, port: int, seconds: float, options: SocketOptions | None) -> NetworkStream:
        return _Stream(self._inner.connect_tcp(address, port, seconds, None, options), self._deadline)


class _Body(httpx2.SyncByteStream):
    """The body of an answer, read as it comes."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks


class PinnedTransport(httpx2.BaseTransport):
    """Sends requests to the given addresses only; Host and the name in the certificate stay those of the URL.

    Raises the exceptions of httpcore2 as they are.
    """

    def __init__(self, addresses: tuple[str, ...], deadline: Deadline, tls: ssl.SSLContext) -> None:
        self._pool = httpcore2.ConnectionPool(ssl_context=tls, network_backend=_Dialler(addresses, deadline))

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        target = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        answer = self._pool.handle_request(
            httpcore2.Request(request.method, target, headers=request.headers.raw, content=request.read())
        )
        assert isinstance(answer.stream, Iterable)
        return httpx2.Response(answer.status, headers=answer.headers, stream=_Body(answer.stream))

    def close(self) -> None:
        self._pool.close()
