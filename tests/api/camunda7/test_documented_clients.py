"""The programs of docs/clients.md and docs/workers.md, run as they stand there against a server with each database."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest

from procession import Client
from server import clock
from server.commands import tokens
from server.commands.tokens import NewToken
from server.identity.actor import person_actor
from server.identity.permissions import Role
from server.settings import Settings
from tests import databases
from tests.api.camunda7 import models
from tests.architecture.source import PROJECT
from tests.benchmarks.over_http import serving

_PROGRAM = re.compile(r"```(python|js)\n(.*?)```", re.DOTALL)
SECONDS = 40.0  # in which a program has to have done its work


@dataclass(frozen=True)
class House:
    """A running server: its address, the printer's token, and an operator who looks."""

    url: str
    token: str
    ada: Client


@pytest.fixture(scope="module", params=databases.KINDS)
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("server")
    with databases.copy(request.param, folder, models.settle) as database_url:
        with databases.running(Settings(database_url=database_url)):
            printer, ada = _token("printer", (Role.WORKER,)), _token("ada", tuple(map(Role, models.ROLES)))
        with serving(database_url, folder) as (port, _):
            url = f"http://127.0.0.1:{port}"
            yield House(url, printer, Client(url, ada))


def _token(name: str, roles: tuple[Role, ...]) -> str:
    actor = person_actor(name, name, frozenset(roles))
    return tokens.create(actor, NewToken("tests", clock.now() + timedelta(days=1))).secret


def programs(page: str) -> list[tuple[str, str]]:
    """The language and the text of each program of a page."""
    return [(found[1], found[2]) for found in _PROGRAM.finditer((PROJECT / page).read_text(encoding="utf-8"))]


WORKERS = [*programs("docs/clients.md"), programs("docs/workers.md")[0]]


@contextmanager
def running(language: str, program: str, house: House) -> Iterator[None]:
    """A program at work, ended in the end; where the page says HOST and TOKEN stand those of the house."""
    text = program.replace("https://HOST", house.url).replace("TOKEN", house.token)
    text = text.replace('"procession_..."', f'"{house.token}"')
    node = shutil.which("node") or "node"
    command = [sys.executable, "-c", text] if language == "python" else [node, "--input-type=module", "-e", text]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL) as process:  # noqa: S603 # our own pages'
        try:
            yield
        finally:
            process.kill()


def test_the_pages_have_a_program_for_each_client() -> None:
    named = ("procession", "client-js", "external_task_worker", "pycamunda", "camunda_client")
    texts = [text for _, text in programs("docs/clients.md")]
    assert [next(name for name in named if name in text) for text in texts] == list(named)


@pytest.mark.parametrize(
    ("language", "program"), WORKERS, ids=["kit", "js", "python3", "pycamunda", "typed", "workers"]
)
def test_a_program_of_the_pages_does_the_work(house: House, language: str, program: str) -> None:
    begun = house.ada.start("printing")
    with running(language, program, house):
        _until_it_is_at(house.ada, begun, "see")
    assert house.ada.ask("GET", f"/process-instances/{begun}/variables")["variables"]["pages"] == 3


def _until_it_is_at(ada: Client, instance_id: str, element_key: str) -> None:
    end = time.monotonic() + SECONDS
    path = f"/process-instances/{instance_id}/tokens"
    while [one["element_key"] for one in ada.ask("GET", path)["items"]] != [element_key]:
        assert time.monotonic() < end, "the program has not done its work"
        time.sleep(0.1)
