"""Workers that are killed, again and again: what was begun is finished by others, and every effect has its one key."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from server.commands import deployments, process_instances
from server.database import db
from server.identity.actor import CONSOLE
from server.records.activity_instance import ActivityInstance
from server.records.incident import Incident
from server.records.process_instance import ProcessInstance
from server.settings import Settings
from tests.loopback import Site
from tests.workers.dispatchers.conftest import ON_POSTGRESQL, comes_true

INSTANCES = 24


def _model(url: str) -> bytes:
    return f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="tests"
      xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
      <process id="effect" name="Effect" isExecutable="true">
        <startEvent id="begin"/><sequenceFlow id="f1" sourceRef="begin" targetRef="call"/>
        <serviceTask id="call" name="Call"><extensionElements>
          <camunda:failedJobRetryTimeCycle>R9/PT1S</camunda:failedJobRetryTimeCycle>
          <camunda:connector><camunda:inputOutput>
            <camunda:inputParameter name="method">POST</camunda:inputParameter>
            <camunda:inputParameter name="url">{url}</camunda:inputParameter>
          </camunda:inputOutput><camunda:connectorId>http-connector</camunda:connectorId></camunda:connector>
        </extensionElements></serviceTask>
        <sequenceFlow id="f2" sourceRef="call" targetRef="pause"/>
        <intermediateCatchEvent id="pause"><timerEventDefinition><timeDuration>PT1S</timeDuration>
        </timerEventDefinition></intermediateCatchEvent>
        <sequenceFlow id="f3" sourceRef="pause" targetRef="count"/>
        <scriptTask id="count" scriptFormat="python"><script>counted = 1</script></scriptTask>
        <sequenceFlow id="f4" sourceRef="count" targetRef="done"/><endEvent id="done"/>
      </process></definitions>""".encode()


@contextmanager
def _worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {
        "PROCESSION_DATABASE_URL": settings.database_url,
        "PROCESSION_FILES_PATH": str(settings.files_path),
        "PROCESSION_HTTP_ALLOWED": "127.0.0.1",
        "PROCESSION_LEASE": str(settings.lease),
        "PROCESSION_DISPATCHER": settings.dispatcher,
    }
    command = [sys.executable, "-c", "from server.cli import main; main()", "worker", "--threads", "2"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603 # our own program
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _states() -> Counter[str]:
    db.session.rollback()
    return Counter(db.session.scalars(select(ProcessInstance.state)))


def _start_all(site: Site) -> None:
    # Its answers take a while, so that a worker is usually killed in the middle of a call.
    site.answers["/slow"] = (200, {}, b"{}")
    deployments.deploy(CONSOLE, [("effect.bpmn", _model(site.url("/slow")))])
    for _ in range(INSTANCES):
        process_instances.start(CONSOLE, "effect", {})


@ON_POSTGRESQL
def test_killed_workers_lose_nothing_and_repeat_a_call_only_under_its_own_key(
    app: Flask, settings: Settings, site: Site, tmp_path: Path
) -> None:
    _start_all(site)
    for round_ in range(1, 4):
        with _worker(settings) as worker:
            assert comes_true(lambda: len(site.asked) >= 3 * round_, seconds=60)  # noqa: B023 # asked within the round
            worker.send_signal(signal.SIGKILL)
    with _worker(settings), _worker(settings):
        assert comes_true(lambda: _states() == {"completed": INSTANCES}, seconds=120), _states()
    keys = Counter(headers["idempotency-key"] for _, _, headers, _ in site.asked)
    assert len(keys) == INSTANCES
    visits = db.session.execute(
        select(ActivityInstance.instance_id, ActivityInstance.element_key, func.count()).group_by(
            ActivityInstance.instance_id, ActivityInstance.element_key
        )
    )
    assert {count for _, _, count in visits} == {1}
    assert db.session.scalar(select(func.count()).select_from(Incident)) == 0


@ON_POSTGRESQL
def test_a_worker_that_is_frozen_longer_than_its_lease_is_fenced_off(
    app: Flask, settings: Settings, site: Site
) -> None:
    _start_all(site)
    with _worker(settings) as frozen:
        assert comes_true(lambda: len(site.asked) >= 2, seconds=60)
        frozen.send_signal(signal.SIGSTOP)
        with _worker(settings):
            assert comes_true(lambda: _states() == {"completed": INSTANCES}, seconds=120), _states()
        frozen.send_signal(signal.SIGCONT)
        time.sleep(1)  # it wakes up with answers in its hands which nobody waits for any more
    keys = Counter(headers["idempotency-key"] for _, _, headers, _ in site.asked)
    assert len(keys) == INSTANCES
    assert max(keys.values()) == 2
    assert _states() == {"completed": INSTANCES}
