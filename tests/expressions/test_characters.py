"""What columns refuse is told apart, and becomes the sign for an unknown character."""

import pytest

from server.expressions.characters import is_writable, writable


@pytest.mark.parametrize("text", ["", "Zoë", "\t\n\x01", "\U0001f600", "\ufffd", "\ufffe"])
def test_what_every_database_keeps_stays_as_it_is(text: str) -> None:
    assert is_writable(text)
    assert writable(text) == text


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", f"a{chr(0xDFFF)}b"])
def test_what_no_column_takes_becomes_the_sign_for_an_unknown_character(text: str) -> None:
    assert not is_writable(text)
    assert writable(text) == "a\ufffdb"
