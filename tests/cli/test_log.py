"""The log: what it tells, to whom, and what never stands in it."""

import json

import pytest
import structlog

from server.app import configure_log
from server.settings import Settings


def _fail() -> None:
    password = "never in a log"
    raise ValueError(f"{len(password)} characters")


def _logged(settings: Settings, capsys: pytest.CaptureFixture[str]) -> str:
    configure_log(settings)
    try:
        _fail()
    except ValueError as error:
        structlog.get_logger().error("a step failed", command="test", exc_info=error)
    written = capsys.readouterr()
    assert written.out == ""
    return written.err


def test_a_traceback_in_the_log_shows_no_values_of_variables(capsys: pytest.CaptureFixture[str]) -> None:
    text = _logged(Settings(), capsys)
    assert "ValueError: 14 characters" in text
    assert "a step failed" in text
    assert text.count("never in a log") == 0


def test_in_production_every_event_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    text = _logged(Settings(production=True, secret_key="x" * 32), capsys)
    (line,) = text.splitlines()
    event = json.loads(line)
    assert (event["event"], event["level"], event["command"]) == ("a step failed", "error", "test")
    assert "ValueError" in event["exception"]
    assert "never in a log" not in line
