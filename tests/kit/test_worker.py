"""Workers of the kit against a running server on each database: they do, fail, throw, keep their locks, and stop."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from procession import BpmnError, Client, Failed, File, Refused, Work, Worker
from server import clock
from server.commands import deployments, groups, people, tokens
from server.commands.tokens import NewToken
from server.identity.actor import CONSOLE, person_actor
from server.identity.permissions import Role
from server.settings import Settings
from tests import databases
from tests.benchmarks.over_http import serving

ROLES = (Role.PARTICIPANT, Role.WORKER, Role.OPERATOR, Role.ANALYST)
MODEL = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="tests"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <message id="m" name="print it"/><error id="e" errorCode="JAM"/>
  <process id="printing" name="Printing" isExecutable="true">
    <startEvent id="begin"><messageEventDefinition messageRef="m"/></startEvent>
    <startEvent id="by_hand"/><sequenceFlow id="f0" sourceRef="by_hand" targetRef="print"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="print"/>
    <serviceTask id="print" name="Print" camunda:type="external" camunda:topic="print"/>
    <boundaryEvent id="jam" attachedToRef="print"><errorEventDefinition errorRef="e"/></boundaryEvent>
    <sequenceFlow id="f2" sourceRef="print" targetRef="see"/><sequenceFlow id="f3" sourceRef="jam" targetRef="mend"/>
    <userTask id="see" name="See it" camunda:assignee="ada"/>
    <userTask id="mend" name="Mend it" camunda:assignee="ada"/>
  </process></definitions>"""


@dataclass(frozen=True)
class House:
    """A running server, and who asks it."""

    client: Client

    def place(self, instance_id: str) -> list[str]:
        found = self.client.ask("GET", f"/process-instances/{instance_id}/tokens")["items"]
        return [one["element_key"] for one in found]

    def variables(self, instance_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.ask("GET", f"/process-instances/{instance_id}/variables")["variables"]
        return found

    def print_something(self, **payload: Any) -> str:
        found = self.client.send_message("print it", payload, "P-1")
        assert found is not None
        return found


def _settle() -> None:
    people.create(CONSOLE, "ada", "Ada", "a long enough password", ROLES)
    groups.create(CONSOLE, "clerks", "Clerks")
    deployments.deploy(CONSOLE, [("printing.bpmn", MODEL)])


@pytest.fixture(scope="module", params=databases.KINDS)
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("server")
    with databases.copy(request.param, folder, _settle) as url:
        with databases.running(Settings(database_url=url, files_path=folder / "files")):
            ada = person_actor("ada", "Ada", frozenset(ROLES))
            token = tokens.create(ada, NewToken("kit", clock.now() + timedelta(days=1))).secret
        with serving(url, folder) as (port, _):
            yield House(Client(f"http://127.0.0.1:{port}", token))


@contextmanager
def working(worker: Worker) -> Iterator[None]:
    """The worker at work, stopped in the end."""
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(30)
        assert not thread.is_alive()


def until(what: Callable[[], object]) -> None:
    """Wait for something that happens elsewhere."""
    end = time.monotonic() + 20
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def worker_of(house: House, do: Callable[[Work], Any], **how: Any) -> Worker:
    worker = Worker(house.client, wait_seconds=1)
    worker.topic("print", **how)(do)
    return worker


def test_values_of_all_types_go_from_one_worker_to_another(house: House) -> None:
    second = b'<serviceTask id="see" name="See it" camunda:type="external" camunda:topic="read"/>'
    model = MODEL.replace(b'"printing"', b'"typed"').replace(b"print it", b"type it")
    person = b'<userTask id="see" name="See it" camunda:assignee="ada"/>'
    house.client.deploy({"typed.bpmn": model.replace(person, second)})
    given: dict[str, Any] = {"total": Decimal("1.10"), "on": date(2026, 11, 21), "took": timedelta(hours=2)}
    given["paper"] = File("a", content=b"x")
    seen: list[Any] = []
    worker = worker_of(house, lambda work: given)

    @worker.topic("read")
    def read(work: Work) -> None:
        content = house.client.content_of(work.variables["paper"].attachment)
        seen.append([work.variables["total"], work.variables["on"], work.variables["took"], content])

    with working(worker):
        house.client.send_message("type it")
        until(lambda: seen)
    assert seen == [[Decimal("1.10"), date(2026, 11, 21), timedelta(hours=2), b"x"]]


def test_a_worker_gives_back_files_that_can_be_read(house: House) -> None:
    with working(worker_of(house, lambda work: {"receipt": File("r.txt", "text/plain", b"thank you")})):
        begun = house.print_something()
        until(lambda: house.place(begun) == ["see"])
    receipt = house.variables(begun)["receipt"]
    assert house.client.content_of(receipt["attachment"]) == b"thank you"


def test_an_error_that_the_model_knows_goes_its_way(house: House) -> None:
    def do(work: Work) -> None:
        raise BpmnError("JAM", "it jams", {"tray": 2})

    with working(worker_of(house, do)):
        begun = house.print_something()
        until(lambda: house.place(begun) == ["mend"])
    assert house.variables(begun)["tray"] == 2


def test_what_goes_wrong_is_tried_again_and_becomes_an_incident_in_the_end(house: House) -> None:
    tries: list[int | None] = []

    def do(work: Work) -> None:
        tries.append(work.retries)
        raise ValueError("no ink")

    with working(worker_of(house, do, back_off=(0.0,))):
        begun = house.print_something()
        until(lambda: house.client.ask("GET", f"/process-instances/{begun}/incidents")["items"])
    assert tries == [None, 2, 1]
    [incident] = house.client.ask("GET", f"/process-instances/{begun}/incidents")["items"]
    assert incident["message"] == "no ink"


def test_a_result_that_cannot_be_kept_is_a_failure_and_the_worker_goes_on(house: House) -> None:
    results: list[dict[str, Any]] = [{"total": Decimal("NaN")}, {"total": Decimal(1)}]

    with working(worker_of(house, lambda work: results.pop(0), back_off=(0.0,))):
        begun = house.print_something()
        until(lambda: house.place(begun) == ["see"])
    assert house.variables(begun)["total"] == {"$decimal": "1"}


def test_an_error_whose_variables_cannot_be_kept_is_a_failure(house: House) -> None:
    def do(work: Work) -> None:
        raise BpmnError("JAM", variables={"total": Decimal("NaN")})

    with working(worker_of(house, do)):
        begun = house.print_something()
        path = f"/external-tasks?instance_id={begun}"
        until(lambda: house.client.ask("GET", path)["items"][0]["retries"] == 2)
    assert "total" in house.client.ask("GET", path)["items"][0]["error_message"]


def test_a_failure_says_how_often_and_when_to_try_again(house: House) -> None:
    begun: list[str] = []

    def do(work: Work) -> None:
        raise Failed("later", retries=7, wait=3600)

    with working(worker_of(house, do)):
        begun.append(house.print_something())
        path = f"/external-tasks?instance_id={begun[0]}"
        until(lambda: house.client.ask("GET", path)["items"][0]["retries"] == 7)
    assert house.client.ask("GET", path)["items"][0]["next_try_at"] is not None


def test_a_lock_is_kept_as_long_as_the_work_takes(house: House) -> None:
    calls: list[str] = []

    def do(work: Work) -> None:
        calls.append(work.id)
        time.sleep(2.5)

    with working(worker_of(house, do, lock_seconds=1.0)), working(worker_of(house, do, lock_seconds=1.0)):
        begun = house.print_something()
        until(lambda: house.place(begun) == ["see"])
    assert len(calls) == 1


def test_a_result_that_is_told_twice_counts_once(house: House) -> None:
    begun = house.print_something()
    body = {"worker": "w", "topics": [{"topic": "print"}]}
    [found] = house.client.ask("POST", "/external-tasks/fetch", body, once=False)["items"]
    told = {"worker": "w", "variables": {"pages": 3}, "revision": found["revision"]}
    for _ in range(2):
        house.client.ask("POST", f"/external-tasks/{found['id']}/completion", told, key="the-same")
    assert (house.place(begun), house.variables(begun)["pages"]) == (["see"], 3)


def test_a_worker_that_is_terminated_finishes_what_it_has(house: House, tmp_path: Path) -> None:
    begun = house.print_something()
    script = tmp_path / "slow.py"
    script.write_text(
        "import sys, time\nfrom procession import Client, Worker\n"
        "worker = Worker(Client(sys.argv[1], sys.argv[2]), wait_seconds=1)\n"
        "@worker.topic('print')\ndef do(work):\n    print('begun', flush=True)\n"
        "    time.sleep(1)\n    return {'done': 1}\n"
        "worker.run()\n",
        encoding="utf-8",
    )
    arguments = [sys.executable, str(script), house.client.url, house.client.token]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as program:  # noqa: S603 # our own script
        assert program.stdout is not None
        assert program.stdout.readline() == "begun\n"
        program.send_signal(signal.SIGTERM)
        assert program.wait(20) == 0
    assert (house.place(begun), house.variables(begun)["done"]) == (["see"], 1)


def test_the_client_deploys_starts_finds_and_completes(house: House) -> None:
    model = (
        MODEL.replace(b'"printing"', b'"copying"')
        .replace(b"print it", b"copy it")
        .replace(b'camunda:type="external" camunda:topic="print"', b'camunda:expression="${1}"')
    )
    assert house.client.deploy({"copying.bpmn": model})["definitions"][0]["key"] == "copying"
    begun = house.client.start("copying", business_key="C-1")
    [found] = [one for one in house.client.user_tasks(process_key="copying") if one["instance_id"] == begun]
    house.client.complete_user_task(found["id"])
    assert house.client.ask("GET", f"/process-instances/{begun}")["state"] == "completed"


def test_a_refusal_says_why(house: House) -> None:
    with pytest.raises(Refused, match="There is") as refused:
        house.client.start("nobody")
    assert refused.value.status == 404
