"""The http connector with a connection: signing in, certificates, pages and errors, against real servers."""

import json
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from server import clock
from server.connectors.connection import Connection
from server.connectors.connector import CallContext, TemporaryFailure
from server.connectors.http import HttpConnector
from server.errors import BpmnError, Failure
from server.settings import Settings
from tests.loopback import Site

JSON = {"content-type": "application/json"}


def call(connection: Connection | None, context: CallContext | None = None, **given: Any) -> Any:
    settings = Settings(http_allowed=("127.0.0.0/8", "localhost"), http_answer_limit=1000)
    return HttpConnector().call(given, context or CallContext("job-1", 1, settings, connection))


def later(expression: str) -> dict[str, str]:
    return {"expression": expression, "language": "feel"}


def erp(site: Site, secrets: dict[str, str] | None = None, **settings: str) -> Connection:
    return Connection("erp", {"url": site.url("/v1"), **settings}, secrets or {})


def json_answer(site: Site, path: str, value: Any, status: int = 200) -> None:
    site.answers[path] = (status, JSON, json.dumps(value).encode())


@pytest.mark.parametrize(
    ("settings", "secrets", "header", "value"),
    [
        ({"authentication": "basic", "user": "ann"}, {"password": "x"}, "authorization", "Basic YW5uOng="),
        ({"authentication": "bearer"}, {"token": "x"}, "authorization", "Bearer x"),
        ({"authentication": "header", "header": "X-Key"}, {"token": "x"}, "x-key", "x"),
    ],
)
def test_a_connection_signs_in(
    site: Site, settings: dict[str, str], secrets: dict[str, str], header: str, value: str
) -> None:
    json_answer(site, "/v1/a?size=2&tag=x&tag=y", {"total": 7})
    answer = call(erp(site, secrets, **settings), url="a", query={"size": 2, "tag": ["x", "y"], "none": None})
    assert answer["response"] == {"total": 7}
    assert site.asked[0][2][header] == value


def oauth(site: Site, secret: str = "s e") -> Connection:
    return erp(
        site,
        {"client_secret": secret},
        authentication="oauth2",
        token_url=site.url("/token"),
        client_id="me",
        scope="read",
    )


def test_a_token_is_fetched_once_and_again_when_it_has_expired(site: Site) -> None:
    json_answer(site, "/token", {"access_token": "t1", "expires_in": 3600})
    json_answer(site, "/v1", 1)
    moment = datetime(2026, 1, 5, tzinfo=UTC)
    for minutes in (0, 30, 59, 60):
        clock.freeze(moment + timedelta(minutes=minutes))
        context = CallContext("job-1", 1, Settings(http_allowed=("127.0.0.0/8",)), oauth(site, "once"))
        call(None, context)
        assert "t1" in context.hidden
    asked = [path for _, path, _, _ in site.asked]
    assert asked == ["/token", "/v1", "/v1", "/v1", "/token", "/v1"]
    _, _, headers, content = site.asked[0]
    assert parse_qs(content.decode()) == {"grant_type": ["client_credentials"], "scope": ["read"]}
    assert headers["authorization"] == "Basic bWU6b25jZQ=="
    assert site.asked[1][2]["authorization"] == "Bearer t1"


def test_a_refused_token_is_fetched_anew_once(site: Site) -> None:
    json_answer(site, "/token", {"access_token": "t2", "expires_in": 3600})
    json_answer(site, "/v1", {}, 401)
    with pytest.raises(Failure, match="answered 401"):
        call(oauth(site, "refused"))
    assert [path for _, path, _, _ in site.asked] == ["/token", "/v1", "/token", "/v1"]


@pytest.mark.parametrize("said", [[], {}, {"access_token": ""}, {"access_token": "a\nb"}, {"access_token": 7}])
def test_an_odd_token_answer_is_a_failure_that_shows_nothing_of_it(site: Site, said: Any) -> None:
    json_answer(site, "/token", said)
    with pytest.raises(Failure, match="without a usable access_token"):
        call(oauth(site, "odd"))


def test_a_token_address_that_is_busy_is_tried_again(site: Site) -> None:
    site.answers["/token"] = (503, {"retry-after": "7"}, b"")
    with pytest.raises(TemporaryFailure) as caught:
        call(oauth(site, "busy"))
    assert caught.value.retry_after == 7


def test_pages_are_turned_by_a_link_until_there_is_none(site: Site) -> None:
    json_answer(site, "/v1/a", {"items": [1, 2], "next": "/v1/a?page=2"})
    json_answer(site, "/v1/a?page=2", {"items": [3], "next": None})
    answer = call(erp(site), url="a", nextPage=later("response.next"), items=later("response.items"))
    assert (answer["response"], answer["pages"]) == ([1, 2, 3], 2)
    assert [headers["idempotency-key"] for _, _, headers, _ in site.asked] == ["job-1", "job-1.2"]


def test_pages_are_turned_by_a_cursor(site: Site) -> None:
    json_answer(site, "/v1/a?size=2", {"items": [1], "cursor": "c 1"})
    json_answer(site, "/v1/a?size=2&cursor=c+1", {"items": [2], "cursor": "c2"})
    json_answer(site, "/v1/a?size=2&cursor=c2", {"items": [3]})
    turn = later("{cursor: response.cursor}")
    answer = call(None, url=site.url("/v1/a?size=2"), nextPage=turn, items=later("response.items"))
    assert (answer["response"], answer["pages"]) == ([1, 2, 3], 3)


def test_pages_are_bounded_in_number_and_size(site: Site) -> None:
    json_answer(site, "/v1/a", ["x" * 300])
    with pytest.raises(Failure, match="more than 3 pages"):
        call(erp(site), url="a", nextPage=later('"/v1/a"'), maxPages=3)
    with pytest.raises(Failure, match="PROCESSION_HTTP_ANSWER_LIMIT"):
        call(erp(site), url="a", nextPage=later('"/v1/a"'))


def test_a_next_page_on_another_system_is_refused(site: Site) -> None:
    json_answer(site, "/v1/a", {"next": site.url("/v1/b", "localhost")})
    with pytest.raises(Failure, match="another system"):
        call(None, url=site.url("/v1/a"), nextPage=later("response.next"), items=later("[]"))
    assert len(site.asked) == 1


def test_what_comes_out_of_a_variable_is_never_evaluated(site: Site) -> None:
    json_answer(site, "/v1/a", [])
    with pytest.raises(Failure, match="must be written into the model"):
        call(erp(site), url="a", nextPage="response.next")


@pytest.mark.parametrize(("errors", "code"), [({"404": "gone", "4xx": "bad"}, "gone"), ({"4xx": "bad"}, "bad")])
def test_a_status_is_the_business_error_that_the_model_says(site: Site, errors: Any, code: str) -> None:
    with pytest.raises(BpmnError) as caught:
        call(erp(site), url="missing", errors=errors, acceptErrors=True)
    assert (caught.value.code, str(caught.value)) == (code, "GET 127.0.0.1 answered 404 Not Found.")


def test_a_busy_server_is_no_business_error(site: Site) -> None:
    site.answers["/v1"] = (503, {}, b"")
    with pytest.raises(TemporaryFailure):
        call(erp(site), errors={"503": "busy", "5xx": "broken"})


def test_a_mapping_is_sent_as_a_form_where_a_form_is_wanted(site: Site) -> None:
    json_answer(site, "/v1", 1)
    call(erp(site), method="POST", payload={"a": "x y", "b": True}, headers={"Content-Type": FORM})
    assert site.asked[0][3] == b"a=x+y&b=true"


FORM = "application/x-www-form-urlencoded"


class _Greeting(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.connection, ssl.SSLSocket)
        shown: Any = self.connection.getpeercert()
        names = [value for part in shown["subject"] for _, value in part]
        body = json.dumps(names).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 # the name that http.server gives
        """Keep silent."""


def certificate(name: str) -> str:
    """A certificate that signs itself, and its key, as PEM."""
    key, now = ec.generate_private_key(ec.SECP256R1()), clock.now()
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    return made.public_bytes(pem).decode() + key.private_bytes(pem, *form).decode()


@pytest.fixture(scope="module")
def ours() -> str:
    return certificate("procession")


@pytest.fixture
def guarded(tmp_path: Path, ours: str) -> Iterator[tuple[int, str]]:
    """A server that wants our certificate: its port, and the file of its own."""
    own, known = tmp_path / "own.pem", tmp_path / "known.pem"
    own.write_text(certificate("localhost"), encoding="ascii")
    known.write_text(ours.partition("-----BEGIN PRIVATE")[0], encoding="ascii")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(known))
    tls.load_cert_chain(own)
    tls.verify_mode = ssl.CERT_REQUIRED
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Greeting)
    server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]  # who is refused is no noise
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server.server_port, str(own)
    server.shutdown()
    server.server_close()
    thread.join()


def test_mutual_tls_shows_the_certificate_of_the_connection(guarded: tuple[int, str], ours: str) -> None:
    port, authority = guarded
    address = {"url": f"https://localhost:{port}", "authority": authority}
    assert call(Connection("erp", address, {"certificate": ours}))["response"] == ["procession"]
    with pytest.raises(Failure, match="gave no answer"):
        call(Connection("erp", address))
    with pytest.raises(Failure, match="not trusted"):
        call(Connection("erp", {"url": address["url"]}))
    with pytest.raises(Failure, match="not a certificate and its key"):
        call(Connection("erp", address, {"certificate": "nothing"}))
