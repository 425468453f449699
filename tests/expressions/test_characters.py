"""What columns refuse is told apart, and becomes the sign for an unknown character."""

import pytest

from server.expressions.characters import is_whole, is_writable, writable


@pytest.mark.parametrize("text", ["", "Zoë", "\t\n\x01", "\U0001f600", "\ufffd", "\ufffe"])
def test_what_every_database_keeps_stays_as_it_is(text: str) -> None:
    assert is_writable(text)
    assert writable(text) == text


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", f"a{chr(0xDFFF)}b"])
def test_what_no_column_takes_becomes_the_sign_for_an_unknown_character(text: str) -> None:
    assert not is_writable(text)
    assert writable(text) == "a\ufffdb"


@pytest.mark.parametrize("text", ['"a\\ud83db"', '{"\\udc00": 1}', '[["\\uDe00\\uD83d"]]'])
def test_half_of_a_character_is_found_wherever_it_is_in_a_json_text(text: str) -> None:
    assert not is_whole(text)


@pytest.mark.parametrize("text", ['"a\\ud83d\\ude00b"', '{"\\u0000": "\\ud7ff"}', "7"])
def test_whole_characters_are_taken_however_they_are_written(text: str) -> None:
    assert is_whole(text)
