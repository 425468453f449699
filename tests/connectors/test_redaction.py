"""Secrets are taken out of whatever comes back, however it is written."""

import base64
import json
from urllib.parse import quote, quote_plus

import pytest

from server.connectors.redaction import Redaction

SECRET = 'pa ss/wörd"1'


@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        json.dumps(SECRET),
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(f"u:{SECRET}".encode()).decode(),
        base64.b64encode(f"us:{SECRET}".encode()).decode(),
        base64.b64encode(f"use:{SECRET}:x".encode()).decode(),
    ],
)
def test_a_secret_is_found_in_every_spelling(written: str) -> None:
    hidden = Redaction([SECRET]).text(f"before {written} after")
    assert hidden.startswith("before ")
    assert "•••" in hidden
    assert len(hidden) <= len("before  after") + 16


def test_parts_of_values_and_names_are_searched() -> None:
    found = Redaction(["canary"]).value({"a": ["x canary y", 1, None], "canary": {"b": ("canary",)}})
    assert found == {"a": ["x ••• y", 1, None], "•••": {"b": ["•••"]}}


def test_without_a_secret_nothing_changes() -> None:
    value = {"a": (1, 2)}
    assert Redaction([]).value(value) is value
    assert Redaction(["", "abc"]).text("abc") == "abc"
