"""G13: a message reaches one receiver once, however often it is sent under one key and whoever is killed meanwhile."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from server.database import db
from server.records.waiting_message import WaitingMessage
from server.settings import Settings
from tests import databases
from tests.proofs import models, outcomes
from tests.proofs.installation import Installation, Program, settle, until

TIMES, MESSAGES = 5, 6


@pytest.fixture
def house(empty: str, tmp_path: Path) -> Iterator[tuple[Installation, Program]]:
    started_by_news = models.row("told", models.user_task("look")).replace(
        b'<startEvent id="begin"/>',
        b'<startEvent id="begin"><messageEventDefinition messageRef="of_news"/></startEvent>',
    )
    told = models.with_messages(started_by_news)
    waiting = models.row("waiting", models.message("letter"))
    with databases.running(Settings(database_url=empty)), Installation(empty, tmp_path) as installation:
        yield installation, Program("", settle(("told.bpmn", told), ("waiting.bpmn", waiting)))


def test_a_message_that_is_sent_five_times_at_once_while_the_server_is_killed_starts_one_process(
    house: tuple[Installation, Program], kind: str
) -> None:
    installation, program = house
    web = installation.web()
    port = int(web.url.rpartition(":")[2])
    program.url = web.url
    with ThreadPoolExecutor(TIMES) as threads:
        sent = [
            threads.submit(program.insist, "POST", "/messages", {"name": "news"}, f"news-{number}")
            for number in range(MESSAGES)
            for _ in range(TIMES)
        ]
        until(lambda: bool(outcomes.states()), "the first has arrived")
        web.kill()
        installation.web(port=port)
        answers = [one.result() for one in sent]
    assert {answer.status for answer in answers} == {200}
    assert len({answer.json["instance_id"] for answer in answers}) == MESSAGES
    assert outcomes.states() == {"active": MESSAGES}


def test_of_five_messages_for_one_who_waits_one_is_taken_and_four_wait(house: tuple[Installation, Program]) -> None:
    installation, program = house
    program.url = installation.web().url
    program.start("waiting", "start")
    with ThreadPoolExecutor(TIMES) as threads:
        sent = list(threads.map(lambda n: program.ask("POST", "/messages", {"name": "letter"}, f"{n}"), range(TIMES)))
    assert {answer.status for answer in sent} == {200}, [answer.json for answer in sent]
    assert sorted(answer.json["instance_id"] is None for answer in sent) == [False, *[True] * (TIMES - 1)]
    assert outcomes.states() == {"completed": 1}
    assert db.session.scalar(select(func.count()).select_from(WaitingMessage)) == TIMES - 1
