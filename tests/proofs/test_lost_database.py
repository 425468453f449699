"""G5: while the database is away people are told to come back; a commit whose answer was lost is found by its key."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from server import database
from server.settings import Settings
from tests import databases
from tests.databases.postgresql import SAFE, Cluster, Server
from tests.proofs import models, outcomes
from tests.proofs.cutting import Wire
from tests.proofs.installation import NO_ANSWER, Installation, Program, ask, settle, until

CLIENTS, RESTARTS = 3, 2


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of the test's own, whose commits are as safe as in production."""
    with TemporaryDirectory(prefix="procession-pg-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder), SAFE)
        server.start()
        yield server
        server.remove()


@pytest.fixture
def house(server: Server, tmp_path: Path) -> Iterator[tuple[Installation, Program]]:
    url = Cluster(server.folder).create("lost")
    timed = models.row("timed", models.timer("pause"))
    with databases.running(Settings(database_url=url)), Installation(url, tmp_path) as installation:
        database.upgrade()
        yield installation, Program("", settle(("approval.bpmn", models.approval()), ("timed.bpmn", timed)))


def test_a_commit_whose_answer_was_lost_is_told_as_such_and_is_not_done_twice(
    house: tuple[Installation, Program], server: Server
) -> None:
    installation, program = house
    with Wire(server.folder / ".s.PGSQL.5432") as wire:
        installation.database_url = f"postgresql://procession@127.0.0.1:{wire.port}/lost"
        program.url = installation.web().url
        asked = {"process_key": "approval", "values": {}}
        program.ask("POST", "/process-instances", asked, "warm")
        wire.cuts.set()
        lost = program.ask("POST", "/process-instances", asked, "lost")
        wire.cuts.clear()
        assert wire.cut >= 1
        assert lost.status == 503
        assert lost.headers["retry-after"] == "5"
        again = program.insist("POST", "/process-instances", asked, "lost")
        assert again.headers["idempotent-replayed"] == "true"
        assert outcomes.states() == {"active": 2}
        assert again.json["user_task_id"] in outcomes.open_user_tasks()


def test_a_database_that_crashes_under_load_loses_nothing_that_was_answered_and_all_goes_on(
    house: tuple[Installation, Program], server: Server
) -> None:
    installation, program = house
    installation.worker()
    program.url = installation.web().url
    enough = threading.Event()

    def live(name: int) -> tuple[int, Counter[int]]:
        done, statuses = 0, Counter[int]()
        while not enough.is_set():
            key, asked = f"{name}-{done}", {"process_key": "timed", "values": {}}
            try:
                answer = program.ask("POST", "/process-instances", asked, key)
            except NO_ANSWER:
                statuses[0] += 1
                continue
            statuses[answer.status] += 1
            if answer.status < 300:
                done += 1
            else:
                assert (answer.status, answer.headers.get("retry-after")) == (503, "5"), answer.json
                time.sleep(0.05)
        while program.insist("POST", "/process-instances", asked, key).status >= 300:
            time.sleep(0.05)
        return done + 1 if answer.status >= 300 else done, statuses

    with ThreadPoolExecutor(CLIENTS) as threads:
        lives = [threads.submit(live, number) for number in range(CLIENTS)]
        for _ in range(RESTARTS):
            time.sleep(1.5)
            server.stop("immediate")
            time.sleep(1)
            server.start()
        time.sleep(1)
        enough.set()
    done = sum(life.result()[0] for life in lives)
    told = sum((life.result()[1] for life in lives), Counter[int]())
    assert told[503] > 0
    assert set(told) <= {200, 201, 503}, told
    until(lambda: outcomes.states() == {"completed": done}, f"all {done} have ended")
    assert outcomes.most_visits() == 1


def test_while_the_database_is_away_pages_and_programs_are_told_to_come_back_whatever_they_ask(
    house: tuple[Installation, Program], server: Server
) -> None:
    installation, program = house
    url = program.url = installation.web().url
    server.stop("immediate")
    token = {"Authorization": f"Bearer {program.secret}"}
    asked = [
        ("/api/v1/user-tasks", token),
        ("/engine-rest/task", token),
        ("/inbox", {"Cookie": "session=x"}),
        ("/sign-in", {}),
    ]
    answers = {path: ask(url, "GET", path, headers=headers) for path, headers in asked}
    server.start()
    for path in ("/api/v1/user-tasks", "/engine-rest/task"):
        assert (answers[path].status, answers[path].headers["retry-after"]) == (503, "5"), path
    assert {answer.status for answer in answers.values()} <= {200, 302, 503}
