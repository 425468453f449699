"""Functions on strings (DMN 1.5, 10.3.4.3), and the few that Camunda adds."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from server.expressions.feel.run import FeelRun
from server.expressions.feel.signatures import Registry, builtin
from server.expressions.patterns import Unreadable, find_all, matches, replace_all, split_at

TEXT_FUNCTIONS: Registry = {}


@builtin(TEXT_FUNCTIONS, "substring", "string: string, start position: number, length?: number|null")
def _substring(run: FeelRun, text: str, start: Decimal, length: Decimal | None) -> str | None:
    first = int(start)
    if first == 0 or abs(first) > len(text):
        return run.fail(f"a text of {len(text)} characters has no position {start:.10g}")
    begin = first - 1 if first > 0 else len(text) + first
    if length is None:
        return run.made(text[begin:])
    count = int(length)
    return run.made(text[begin : begin + count]) if count >= 1 else run.fail("the length of a part has to be 1 or more")


@builtin(TEXT_FUNCTIONS, "string length", "string: string")
def _length(run: FeelRun, text: str) -> Decimal:
    return Decimal(len(text))


@builtin(TEXT_FUNCTIONS, "upper case", "string: string")
def _upper(run: FeelRun, text: str) -> str:
    run.text(len(text), text.isascii())
    return run.made(text.upper())


@builtin(TEXT_FUNCTIONS, "lower case", "string: string")
def _lower(run: FeelRun, text: str) -> str:
    run.text(len(text), text.isascii())
    return run.made(text.lower())


@builtin(TEXT_FUNCTIONS, "trim", "string: string")
def _trim(run: FeelRun, text: str) -> str:
    return run.made(text.strip())


@builtin(TEXT_FUNCTIONS, "is blank", "string: string")
def _is_blank(run: FeelRun, text: str) -> bool:
    return not text.strip()


@builtin(TEXT_FUNCTIONS, "substring before", "string: string, match: string")
def _before(run: FeelRun, text: str, match: str) -> str:
    return run.made(text.partition(match)[0]) if match and match in text else ""


@builtin(TEXT_FUNCTIONS, "substring after", "string: string, match: string")
def _after(run: FeelRun, text: str, match: str) -> str:
    if not match:
        return text
    return run.made(text.partition(match)[2]) if match in text else ""


@builtin(TEXT_FUNCTIONS, "contains", "string: string, match: string")
def _contains(run: FeelRun, text: str, match: str) -> bool:
    return match in text


@builtin(TEXT_FUNCTIONS, "starts with", "string: string, match: string")
def _starts(run: FeelRun, text: str, match: str) -> bool:
    return text.startswith(match)


@builtin(TEXT_FUNCTIONS, "ends with", "string: string, match: string")
def _ends(run: FeelRun, text: str, match: str) -> bool:
    return text.endswith(match)


def _tried(run: FeelRun, pattern: str, use: Callable[[], Any]) -> Any:
    try:
        return use()
    except Unreadable as error:
        return run.fail(f"the pattern '{pattern[:40]}' cannot be used: {error}")


@builtin(TEXT_FUNCTIONS, "matches", "input: string, pattern: string, flags?: string|null")
def _matches(run: FeelRun, text: str, pattern: str, flags: str | None) -> Any:
    return _tried(run, pattern, lambda: matches(run, text, pattern, flags or ""))


@builtin(TEXT_FUNCTIONS, "replace", "input: string, pattern: string, replacement: string, flags?: string|null")
def _replace(run: FeelRun, text: str, pattern: str, replacement: str, flags: str | None) -> Any:
    return _tried(run, pattern, lambda: replace_all(run, text, pattern, replacement, flags or ""))


@builtin(TEXT_FUNCTIONS, "split", "string: string, delimiter: string")
def _split(run: FeelRun, text: str, delimiter: str) -> Any:
    return _tried(run, delimiter, lambda: split_at(run, text, delimiter))


@builtin(TEXT_FUNCTIONS, "extract", "text: string, pattern: string")
def _extract(run: FeelRun, text: str, pattern: str) -> Any:
    return _tried(run, pattern, lambda: find_all(run, text, pattern))


@builtin(
    TEXT_FUNCTIONS,
    "string join",
    "list: list, delimiter?: string|null",
    "list: list, delimiter: string|null, prefix: string, suffix: string",
)
def _join(run: FeelRun, items: list[Any], delimiter: str | None, prefix: str = "", suffix: str = "") -> str | None:
    texts = [item for item in items if item is not None]
    if not all(type(item) is str for item in texts):
        return run.fail("only texts can be joined")
    return run.joined([prefix, run.joined(texts, delimiter or ""), suffix])
