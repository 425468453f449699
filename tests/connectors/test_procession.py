"""The procession connector against a real server: a message once, a signal to all, refusals in its own words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from procession import Client
from server import clock
from server.commands import deployments, people, tokens
from server.commands.tokens import NewToken
from server.connectors.connection import Connection
from server.connectors.connector import CallContext, TemporaryFailure
from server.connectors.procession import ProcessionConnector
from server.errors import Failure
from server.identity.actor import CONSOLE, person_actor
from server.identity.permissions import Role
from server.settings import Settings
from tests import databases
from tests.benchmarks.over_http import serving
from tests.bpmn.models import model
from tests.loopback import Site

ROLES = (Role.PARTICIPANT, Role.OPERATOR, Role.ANALYST)
LISTENING = model(
    """
    <startEvent id="s"><messageEventDefinition messageRef="m"/></startEvent>
    <intermediateCatchEvent id="c"><signalEventDefinition signalRef="g"/></intermediateCatchEvent>
    e endEvent
    s -> c -> e
    """,
    '<message id="m" name="arrived"/><signal id="g" name="evening"/>',
    'id="delivery" name="Delivery" isExecutable="true"',
)


@dataclass(frozen=True)
class Other:
    """Another Procession server, as a connection and as a program see it."""

    connection: Connection
    client: Client

    def told(self, job_id: str = "job", **given: Any) -> Any:
        return ProcessionConnector().call(given, CallContext(job_id, 1, SETTINGS, self.connection))

    def variables(self, instance_id: str) -> Any:
        return self.client.ask("GET", f"/process-instances/{instance_id}/variables")["variables"]


SETTINGS = Settings(http_allowed=("127.0.0.1",))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Other]:
    folder = tmp_path_factory.mktemp("other")
    with databases.copy("sqlite", folder, _settle) as url:
        with databases.running(Settings(database_url=url, files_path=folder / "files")):
            ada = person_actor("ada", "Ada", frozenset(ROLES))
            token = tokens.create(ada, NewToken("sending", clock.now() + timedelta(days=1))).secret
        with serving(url, folder) as (port, _):
            address = f"http://127.0.0.1:{port}"
            yield Other(Connection("other", {"url": f"{address}/"}, {"token": f"{token}\n"}), Client(address, token))


def _settle() -> None:
    people.create(CONSOLE, "ada", "Ada", "a long enough password", ROLES)
    deployments.deploy(CONSOLE, [("delivery.bpmn", LISTENING)])


def test_a_message_starts_an_instance_there_and_a_signal_is_heard_by_it(other: Other) -> None:
    begun = other.told("first", message="arrived", payload={"boxes": 3})["instanceId"]
    assert other.variables(begun) == {"boxes": 3}
    assert other.told("second", signal="evening")["listeners"] >= 1


def test_a_message_that_is_tried_again_is_taken_once(other: Other) -> None:
    begun = other.told("again", message="arrived")["instanceId"]
    assert other.told("again", message="arrived")["instanceId"] == begun


def test_a_message_that_nobody_waits_for_has_no_instance_and_waits(other: Other) -> None:
    assert other.told("waits", message="lost", correlationKey=7, timeToLive=3600) == {"instanceId": None}
    (waiting,) = other.client.ask("GET", "/messages?name=lost")["items"]
    assert waiting["correlation_key"] == "7"


def test_what_that_server_refuses_is_told_in_its_words(other: Other) -> None:
    with pytest.raises(Failure, match=r"422 Unprocessable.* time_to_live") as caught:
        other.told("refused", message="arrived", timeToLive=-1)
    assert not isinstance(caught.value, TemporaryFailure)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"message": "a", "signal": "b"},
        {"message": "a", "payload": [1]},
        {"signal": "a", "correlationKey": "7"},
        {"message": "a", "colour": "red"},
    ],
)
def test_what_is_no_one_event_is_not_sent(site: Site, given: dict[str, Any]) -> None:
    connection = Connection("other", {"url": site.url("")}, {"token": "canary"})
    with pytest.raises(Failure):
        ProcessionConnector().call(given, CallContext("job", 1, SETTINGS, connection))
    assert site.asked == []


def test_a_busy_server_is_asked_again_and_another_kind_of_server_is_told(site: Site) -> None:
    connection = Connection("other", {"url": site.url("")}, {"token": "canary"})
    context = CallContext("job", 1, SETTINGS, connection)
    site.answers["/api/v1/messages"] = (503, {}, b"")
    with pytest.raises(TemporaryFailure):
        ProcessionConnector().call({"message": "a"}, context)
    site.answers["/api/v1/messages"] = (200, {}, b"hello")
    with pytest.raises(Failure, match="did not answer as Procession"):
        ProcessionConnector().call({"message": "a"}, context)
