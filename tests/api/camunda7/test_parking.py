"""Workers who wait cost a real server no thread, and are answered by the commit that brings work."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests import databases
from tests.api.camunda7 import models
from tests.benchmarks.over_http import serving

AUTH = ("ada", models.PASSWORD)
THREADS = 2
WAITING = 12
BODY: Any = {
    "workerId": "w",
    "maxTasks": 1,
    "asyncResponseTimeout": 20_000,
    "topics": [{"topicName": "print", "lockDuration": 60_000}],
}


@pytest.fixture(scope="module", params=databases.KINDS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with two threads."""
    folder = tmp_path_factory.mktemp("server")
    os.environ["PROCESSION_WEB_THREADS"] = str(THREADS)
    try:
        with databases.copy(request.param, folder, models.settle) as url, serving(url, folder) as (port, _):
            yield f"http://127.0.0.1:{port}/engine-rest"
    finally:
        del os.environ["PROCESSION_WEB_THREADS"]


def poll(server: str, found: list[Any]) -> None:
    answer = requests.post(f"{server}/external-task/fetchAndLock", json=BODY, auth=AUTH, timeout=40)
    found.append(answer.json())


def start(server: str) -> None:
    answer = requests.post(f"{server}/process-definition/key/printing/start", json={}, auth=AUTH, timeout=20)
    assert answer.status_code == 200, answer.text


def test_many_wait_while_others_are_answered_and_each_piece_of_work_wakes_one(server: str) -> None:
    found: list[Any] = []
    waiting = [threading.Thread(target=poll, args=(server, found)) for _ in range(WAITING)]
    for each in waiting:
        each.start()
    time.sleep(2.5)
    began = time.monotonic()
    assert requests.get(f"{server}/version", auth=AUTH, timeout=10).status_code == 200
    assert time.monotonic() - began < 5
    assert found == []
    for _ in range(3):
        start(server)
    deadline = time.monotonic() + 10
    while len(found) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [len(each) for each in found] == [1, 1, 1]
    assert len({each[0]["id"] for each in found}) == 3
    for _ in range(WAITING - 3):
        start(server)
    for each in waiting:
        each.join(30)
    assert [len(each) for each in found] == [1] * WAITING


def test_work_is_not_locked_for_somebody_who_has_gone(server: str) -> None:
    gone = threading.Thread(target=_leave, args=(server,))
    gone.start()
    gone.join(20)
    start(server)
    time.sleep(1)
    found: list[Any] = []
    poll(server, found)
    assert [len(each) for each in found] == [1]


def _leave(server: str) -> None:
    """Begin to wait, and close the connection at once."""
    with pytest.raises((requests.exceptions.ReadTimeout, socket.timeout)):
        requests.post(f"{server}/external-task/fetchAndLock", json=BODY, auth=AUTH, timeout=1.5)
