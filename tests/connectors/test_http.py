"""The http connector against a real server."""

import gzip
from collections.abc import Sequence
from typing import Any

import pytest

from server.connectors.connector import CallContext, TemporaryFailure
from server.connectors.http import HttpConnector
from server.errors import Failure
from server.settings import Settings
from tests.loopback import Site, free_port

JSON = {"content-type": "application/json; charset=utf-8"}


def call(resolver: Any = None, allowed: tuple[str, ...] = ("127.0.0.0/8",), limit: int = 1000, **given: Any) -> Any:
    connector = HttpConnector() if resolver is None else HttpConnector(resolver)
    settings = Settings(http_allowed=allowed, http_answer_limit=limit)
    return connector.call(given, CallContext("job-1", 1, settings))


def test_a_json_answer_is_parsed_and_the_key_of_the_job_is_sent(site: Site) -> None:
    site.answers["/a"] = (200, JSON, b'{"total": 7}')
    answer = call(url=site.url("/a"), method="post", payload={"order": 1}, headers={"X-One": 1})
    assert (answer["statusCode"], answer["response"]) == (200, {"total": 7})
    method, _, headers, content = site.asked[0]
    assert (method, content) == ("POST", b'{"order": 1}')
    assert (headers["idempotency-key"], headers["x-one"]) == ("job-1", "1")
    assert headers["content-type"] == "application/json"


def test_text_and_packed_answers_are_read(site: Site) -> None:
    site.answers["/a"] = (200, {"content-encoding": "gzip", "content-type": "text/plain"}, gzip.compress(b"yes"))
    assert call(url=site.url("/a"))["response"] == "yes"


@pytest.mark.parametrize("body", [b"x" * 1001, gzip.compress(b"x" * 100_000)])
def test_an_answer_over_the_limit_is_a_failure(site: Site, body: bytes) -> None:
    site.answers["/a"] = (200, {"content-encoding": "gzip"} if body[:1] == b"\x1f" else {}, body)
    with pytest.raises(Failure, match="PROCESSION_HTTP_ANSWER_LIMIT"):
        call(url=site.url("/a"))


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_is_tried_again_when_it_says(site: Site, status: int) -> None:
    site.answers["/a"] = (status, {"retry-after": "120"}, b"")
    with pytest.raises(TemporaryFailure) as caught:
        call(url=site.url("/a"), acceptErrors=True)
    assert caught.value.retry_after == 120


@pytest.mark.parametrize("status", [400, 404, 500])
def test_another_error_is_lasting_and_named_without_its_path(site: Site, status: int) -> None:
    site.answers["/secret"] = (status, {}, b"why")
    with pytest.raises(Failure, match=rf"^GET 127\.0\.0\.1 answered {status} [A-Z][A-Za-z ]+\.$") as caught:
        call(url=site.url("/secret"))
    assert not isinstance(caught.value, TemporaryFailure)
    assert call(url=site.url("/secret"), acceptErrors=True)["response"] == "why"


def test_a_slow_server_is_a_temporary_failure(site: Site) -> None:
    with pytest.raises(TemporaryFailure, match=r"within 0\.2 s"):
        call(url=site.url("/slow"), timeout=0.2)


def test_no_connection_is_a_temporary_failure() -> None:
    with pytest.raises(TemporaryFailure, match="gave no answer"):
        call(url=f"http://127.0.0.1:{free_port()}/")


def test_a_redirect_is_followed_without_secrets_to_another_host(site: Site) -> None:
    site.answers["/a"] = (302, {"location": "/b"}, b"")
    site.answers["/b"] = (302, {"location": site.url("/c", "localhost")}, b"")
    site.answers["/c"] = (200, {}, b"there")
    answer = call(
        lambda host, port: ["127.0.0.1"], url=site.url("/a"), headers={"Authorization": "Bearer x", "X-Api-Key": "y"}
    )
    assert answer["response"] == "there"
    assert site.asked[1][2]["authorization"] == "Bearer x"
    assert not {"authorization", "x-api-key"} & site.asked[2][2].keys()


def test_more_than_three_redirects_are_a_failure(site: Site) -> None:
    site.answers["/a"] = (302, {"location": "/a"}, b"")
    with pytest.raises(Failure, match="more than 3 times"):
        call(url=site.url("/a"))
    assert len(site.asked) == 4


def test_a_redirect_to_an_address_that_is_not_listed_is_refused(site: Site) -> None:
    site.answers["/a"] = (302, {"location": "http://169.254.169.254/latest"}, b"")
    with pytest.raises(Failure, match=r"169\.254\.169\.254:80 may not be called"):
        call(url=site.url("/a"))


def test_a_name_that_changes_its_address_is_connected_to_where_it_was_checked(site: Site) -> None:
    """DNS rebinding: the first answer passes the check; a second one would lead elsewhere."""
    site.answers["/a"] = (200, {}, b"first")
    asked = []

    def changing(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    assert call(changing, url=site.url("/a", "api.invalid"))["response"] == "first"
    assert asked == ["api.invalid"]
    assert site.asked[0][2]["host"] == f"api.invalid:{site.port}"
    with pytest.raises(Failure, match="may not be called"):
        call(changing, url=site.url("/a", "api.invalid"))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "url is missing"),
        ({"url": "file:///etc/passwd"}, "only http and https"),
        ({"url": "http://a:b@127.0.0.1/"}, "password"),
        ({"url": "http://x/", "headers": {"X": "a\r\nY: b"}}, "line break"),
        ({"url": "http://x/", "headers": {"Host": "b"}}, "set by Procession"),
        ({"url": "http://x/", "method": "TRACE"}, "not known"),
        ({"url": "http://x/", "timeout": 60}, "PROCESSION_HTTP_TIMEOUT"),
        ({"url": "http://x/", "body": "b"}, 'no parameter "body"'),
        ({"url": "http://x/", "payload": {"a": float("nan")}}, "JSON"),
    ],
)
def test_a_wrong_parameter_is_named(given: dict[str, Any], words: str) -> None:
    with pytest.raises(Failure, match=words):
        call(**given)
