"""`procession message` and `procession signal` bring what another system would send."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from server.cli.message import command as message
from server.cli.signal import command as signal
from server.commands import deployments
from server.database import db, upgrade
from server.identity.actor import CONSOLE
from server.records.process_instance import ProcessInstance
from server.runtime.submissions import variables_of
from server.settings import Settings
from tests import databases
from tests.commands.conftest import flows, model

BODY = (
    '<startEvent id="s"><messageEventDefinition messageRef="mail"/><signalEventDefinition signalRef="bell"/>'
    '</startEvent><userTask id="u"/>' + flows("s>u")
)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/test.sqlite")
    with databases.running(settings):
        upgrade()
        named = b'<message id="mail" name="mail"/><signal id="bell" name="bell"/><process '
        deployments.deploy(CONSOLE, [("begun.bpmn", model("begun", BODY).replace(b"<process ", named, 1))])
        yield settings


def run(command: click.Command, settings: Settings, *arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(command, arguments, obj=settings, input=given)


def kept() -> list[dict[str, object]]:
    db.session.rollback()
    return [dict(variables_of(instance)) for instance in db.session.query(ProcessInstance)]


def test_a_message_reaches_whom_it_is_for_once_under_its_key(settings: Settings) -> None:
    for _ in range(2):
        answer = run(message, settings, "mail", "--values", '{"n": 1}', "--once", "a")
        assert answer.output.startswith("It reached ")
    assert kept() == [{"n": 1}]


def test_a_message_that_nobody_waits_for_waits(settings: Settings) -> None:
    assert "so it waits itself" in run(message, settings, "post", "--key", "7").output
    assert run(message, settings, "post", "--time-to-live", "0").exit_code == 1


def test_a_signal_is_heard_by_those_who_listen(settings: Settings) -> None:
    assert run(signal, settings, "bell", "--values", "-", given='{"n": 2}').output == "1 listens to it.\n"
    assert run(signal, settings, "gong").output == "0 listen to it.\n"


@pytest.mark.parametrize("values", ["{", "[1]", "seven"])
def test_values_that_are_no_object_are_refused(settings: Settings, values: str) -> None:
    answer = run(message, settings, "mail", "--values", values)
    assert answer.exit_code == 1
    assert "JSON" in str(answer.exception)
    assert kept() == []
