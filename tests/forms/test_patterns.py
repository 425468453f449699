"""Patterns: they decide as the browser's do, in linear time, and what would need backtracking is refused."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import Invalid
from server.forms.patterns import read_pattern


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"^[A-Z]{2}-\d{4}$", "DE-1234"),
        (r"^\+?[0-9 ()/.-]{6,}$", "+49 (30) 123-45"),
        (r"b+", "abbc"),
        (r"^(?:yes|no)$", "no"),
        (r"^a?b*c+$", "cc"),
        (r"^[^@\s]+@[^@\s]+$", "ada@example.org"),
        (r"\bcat\b", "a cat sat"),
        (r"^.{3}$", "äöü"),
        (r"^\u0041\x42\/$", "AB/"),
        (r"^[\w.\-\]]+$", "a.b-]"),
        (r"^(a|b){2,3}?$", "aba"),
        (r"^$", ""),
        (r"", "anything"),
    ],
)
def test_a_text_that_fits_is_found(pattern: str, text: str) -> None:
    assert read_pattern(pattern).is_found_in(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"^[A-Z]{2}-\d{4}$", "DE-12345"),
        (r"^\d+$", "١٢"),
        (r"^(?:yes|no)$", "nono"),
        (r"\bcat\b", "concatenate"),
        (r"^[^a-c]$", "b"),
        (r"^a{2,3}$", "aaaa"),
        (r"^.$", "\n"),
        (r"^$", "a"),
    ],
)
def test_a_text_that_does_not_fit_is_not_found(pattern: str, text: str) -> None:
    assert not read_pattern(pattern).is_found_in(text)


@pytest.mark.parametrize(
    "pattern",
    [r"(?=a)b", r"(?!a)b", r"(?<=a)b", r"(a)\1", r"(?<n>a)", r"\p{L}", "a**", "(a", "a)", "[a", "a{2", "*a", "[z-a]"],
)
def test_what_cannot_be_matched_is_refused_with_the_place(pattern: str) -> None:
    with pytest.raises(Invalid, match="is not understood"):
        read_pattern(pattern)


@pytest.mark.parametrize("pattern", ["(a{500}){500}", "((((){999}){999}){999}){999}", "a{9999}"])
def test_a_pattern_that_repeats_too_much_is_refused(pattern: str) -> None:
    with pytest.raises(Invalid, match="repeats too much"):
        read_pattern(pattern)


def test_a_pattern_nested_without_end_is_refused() -> None:
    with pytest.raises(Invalid, match="nested deeper"):
        read_pattern("(" * 240 + "a" + ")" * 240)


@pytest.mark.parametrize("pattern", [r"^(a+)+$", r"^(a|aa)+$", r"^(a|a?)+$", r"^(.*)*b$"])
def test_patterns_that_hang_other_engines_take_no_time(pattern: str) -> None:
    found = read_pattern(pattern)
    begun = time.process_time()
    assert not found.is_found_in("a" * 2000 + "!")
    assert time.process_time() - begun < 2


ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "^", "$", r"\b", "(?:ab)", "(a|b)"])
REPEATS = st.sampled_from(["", "*", "+", "?", "{2}", "{1,2}", "{2,}"])


@given(st.lists(st.tuples(ATOMS, REPEATS), max_size=5), st.text("ab", max_size=8))
def test_it_decides_as_a_backtracking_engine_does(parts: list[tuple[str, str]], text: str) -> None:
    pattern = "".join(atom if atom in ("^", "$", r"\b") else atom + repeat for atom, repeat in parts)
    assert read_pattern(pattern).is_found_in(text) == (re.search(pattern, text) is not None)
