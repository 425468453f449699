"""The clients that others use, as their registries have them, against a running server with each database.

Each starts `printing` with JSON and a file, fetches it, reads both, fails with one try left, fetches it again, extends
the lock and completes it with JSON and a file; throws a BPMN error in a second instance; starts an `order` and sends it
the message `paid`. What a client cannot do, the test does for it. pycamunda also creates a user task that stands alone.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests import databases
from tests.api.camunda7 import models
from tests.benchmarks.over_http import serving

CLIENTS = Path(__file__).parent / "clients"
PROJECT = Path(__file__).parents[3]
Server = str


@pytest.fixture(scope="module", params=databases.KINDS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The address of a server of its own."""
    folder = tmp_path_factory.mktemp("server")
    with databases.copy(request.param, folder, models.settle) as url, serving(url, folder) as (port, _):
        yield f"http://127.0.0.1:{port}/engine-rest"


def ask(server: Server, method: str, path: str, **rest: Any) -> Any:
    answer = requests.request(method, server + path, auth=("ada", models.PASSWORD), timeout=30, **rest)
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.text else None


@pytest.fixture(autouse=True)
def _tidy(server: Server) -> Iterator[None]:
    """Every test begins without instances."""
    yield
    for each in ask(server, "GET", "/process-instance"):
        ask(server, "DELETE", f"/process-instance/{each['id']}")


def run(program: str, script: str, server: Server) -> Any:
    """What the client saw."""
    command = [program, str(CLIENTS / script), server, "ada", models.PASSWORD]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 # our own script
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


def variables_of(server: Server, business_key: str) -> dict[str, Any]:
    [found] = ask(server, "GET", f"/process-instance?businessKey={business_key}")
    shown = ask(server, "GET", f"/process-instance/{found['id']}/variables")
    return {name: each["value"] for name, each in shown.items()}


def check_what_is_left(server: Server, *, with_file: bool, with_message: bool = True) -> None:
    """What the client did has arrived."""
    assert ask(server, "GET", "/external-task") == []
    completed = variables_of(server, "C-1")
    assert (json.loads(completed["answer"]), completed["plain"]) == ({"b": 2}, 3)
    assert ("receipt" in completed) == with_file
    assert variables_of(server, "C-2")["tray"] == 2
    if with_message:
        assert variables_of(server, "O-1")["amount"] == 7


def test_the_python3_client_works_unchanged(server: Server) -> None:
    assert run(sys.executable, "python3.py", server) == {
        "tree": {"a": [1]},
        "paper": "paper",
        "property": "A4",
        "business key": "C-1",
        "retries": 1,
        "completed": True,
        "thrown": True,
        "reached": "Execution",
    }
    check_what_is_left(server, with_file=True)


def test_the_client_pycamunda_works_unchanged(server: Server) -> None:
    assert run(sys.executable, "py.py", server) == {
        "tree": {"a": [1]},
        "paper": "paper",
        "business key": "C-1",
        "retries": 1,
        "extended": True,
        "reached": "Execution",
    }
    check_what_is_left(server, with_file=True)


def test_pycamunda_creates_a_user_task_that_stands_alone(server: Server) -> None:
    applications = [PROJECT / "bpmn_models/single_task.bpmn", *(PROJECT / "forms").glob("single_task_*.form")]
    ask(server, "POST", "/deployment/create", files={f.name: (f.name, f.read_bytes()) for f in applications})
    assert run(sys.executable, "py_tasks.py", server) == {
        "name": "Buy paper",
        "assignees": [None, "ada"],
        "is due": [True, True],
        "priorities": [70, 80],
        "left": 0,
    }


def test_camunda_client_works_unchanged(server: Server) -> None:
    seen = run(sys.executable, "typed.py", server)
    assert seen == {"tree": {"a": [1]}, "business key": "C-1", "retries": 1, "reached": "Execution"}
    check_what_is_left(server, with_file=False)


def test_the_javascript_client_works_unchanged(server: Server) -> None:
    node = shutil.which("node")
    assert node is not None, "node is what the browser's side is built with"
    paper = {"value": "cGFwZXI=", "type": "File", "valueInfo": {"filename": "p.txt", "mimetype": "text/plain"}}
    given = {"tree": {"value": '{"a": [1]}', "type": "Json"}, "paper": paper}
    for business_key, variables in (("C-1", given), ("C-2", {})):
        body = {"businessKey": business_key, "variables": variables}
        ask(server, "POST", "/process-definition/key/printing/start", json=body)
    seen = run(node, "js.mjs", server)
    assert seen == {"tree": {"a": [1]}, "paper": "paper", "business key": "C-1", "retries": 1}
    check_what_is_left(server, with_file=True, with_message=False)
