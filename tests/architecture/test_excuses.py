"""Whatever silences a check gives its reason beside it, and nothing is put off to another day."""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

from tests.architecture.source import SERVER, TESTS, dotted, sample, sources

SILENCED = re.compile(
    r"#\s*(?:type:\s*ignore|noqa|nosec|pragma)\b(?:\[[^\]]*\])?(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?(.*)"
)
PUT_OFF = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|\bfor now\b", re.IGNORECASE)

both = pytest.mark.parametrize("root", [SERVER, TESTS], ids=["server", "tests"])


def _comments(text: str) -> list[tuple[int, str]]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]


def silenced_without_reason(root: Path) -> list[str]:
    """Comments that silence a check and say less than three words about it."""
    return [
        f"{source.name}:{line}"
        for source in sources(root)
        for line, comment in _comments(source.text)
        if (match := SILENCED.match(comment)) and len(re.findall(r"[A-Za-z']+", match[1])) < 3
    ]


def skipped_without_reason(root: Path) -> list[str]:
    """`skip`, `skipif` and `xfail` of pytest without the words why."""
    return [
        source.at(node)
        for source in sources(root)
        for node in source.walk()
        if dotted(node)
        in ("pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail", "pytest.skip", "pytest.xfail")
        if not any(_gives_reason(call, node) for call in source.walk())
    ]


def _gives_reason(call: ast.AST, what: ast.AST) -> bool:
    if not isinstance(call, ast.Call) or call.func is not what:
        return False
    return any(keyword.arg == "reason" for keyword in call.keywords) or dotted(what) in ("pytest.skip", "pytest.xfail")


def put_off(root: Path) -> list[str]:
    """Comments that promise to do later what is not done."""
    return [
        f"{source.name}:{line}"
        for source in sources(root)
        for line, comment in _comments(source.text)
        if PUT_OFF.search(comment)
    ]


@both
def test_whatever_silences_a_check_says_why(root: Path) -> None:
    assert silenced_without_reason(root) == []


@both
def test_whatever_skips_a_test_says_why(root: Path) -> None:
    assert skipped_without_reason(root) == []


@both
def test_nothing_is_put_off_in_a_comment(root: Path) -> None:
    assert put_off(root) == []


@pytest.mark.parametrize(
    "comment", ["# type: ignore", "# type: ignore[arg-type]", "# noqa: S101", "# noqa", "# noqa: S1, E5  # sorry"]
)
def test_a_silenced_check_without_reason_is_found(tmp_path: Path, comment: str) -> None:
    sample(tmp_path, "good.py", f"x = 1  {comment}  # because the stubs are wrong\n")
    assert silenced_without_reason(sample(tmp_path, "bad.py", f"x = 1  {comment}\n")) == ["bad.py:1"]


@pytest.mark.parametrize("mark", ["pytest.mark.skip", "pytest.mark.xfail", "pytest.mark.skipif(True)"])
def test_a_skipped_test_without_reason_is_found(tmp_path: Path, mark: str) -> None:
    sample(tmp_path, "good.py", "@pytest.mark.skip(reason='no such system')\ndef test_a(): ...\n")
    assert skipped_without_reason(sample(tmp_path, "bad.py", f"@{mark}\ndef test_a(): ...\n")) == ["bad.py:1"]


@pytest.mark.parametrize("comment", ["# TODO: finish", "# good enough for now"])
def test_a_promise_in_a_comment_is_found(tmp_path: Path, comment: str) -> None:
    assert put_off(sample(tmp_path, "bad.py", f"x = 1  {comment}\n")) == ["bad.py:1"]
