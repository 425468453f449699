"""What FEEL does with patterns; a pattern that cannot be read is an error and gives null."""

import re

from server.expressions.feel.patterns.matching import Groups, Matcher
from server.expressions.feel.patterns.program import Pattern, compiled
from server.expressions.feel.patterns.reading import Unreadable
from server.expressions.feel.run import FeelRun

_REPLACEMENT = re.compile(r"\\(.?)|\$(\d*)|[^\\$]+", re.DOTALL | re.ASCII)


def _pattern(run: FeelRun, text: str, flags: str) -> Pattern | None:
    try:
        return compiled(text, flags)
    except Unreadable as error:
        return run.fail(f"the pattern '{text[:40]}' cannot be used: {error}")


def matches(run: FeelRun, text: str, pattern: str, flags: str) -> bool | None:
    """Whether the pattern matches somewhere in *text*."""
    found = _pattern(run, pattern, flags)
    return None if found is None else Matcher(run, found, text).search(0) is not None


def replace_all(run: FeelRun, text: str, pattern: str, replacement: str, flags: str) -> str | None:
    """Every match replaced; `$1` in *replacement* is what the first group matched."""
    found = _pattern(run, pattern, flags)
    if found is None:
        return None
    if Matcher(run, found, "").search(0) is not None:
        return run.fail(f"the pattern '{pattern[:40]}' matches where there is nothing to replace")
    pieces = _replacement(run, replacement, found.groups)
    if pieces is None:
        return None
    done: list[str] = []
    at = 0
    for groups in Matcher(run, found, text).all():
        done.append(text[at : groups[0]])
        done.extend(_filled(text, groups, piece) for piece in pieces)
        run.text(sum(map(len, done[-len(pieces) - 1 :])))
        at = groups[1]
    done.append(text[at:])
    run.text(sum(map(len, done)))
    return "".join(done)


def _filled(text: str, groups: Groups, piece: str | int) -> str:
    if isinstance(piece, str):
        return piece
    begin, end = groups[2 * piece], groups[2 * piece + 1]
    return text[begin:end] if begin >= 0 else ""


def _replacement(run: FeelRun, text: str, groups: int) -> list[str | int] | None:
    """Texts and numbers of groups; as many digits as make the number of a group that there is."""
    pieces: list[str | int] = []
    for match in _REPLACEMENT.finditer(text):
        escaped, digits = match[1], match[2]
        if escaped is not None:
            if escaped not in ("\\", "$"):
                return run.fail("in a replacement, '\\' stands before '\\' or '$'")
            pieces.append(escaped)
        elif digits is not None:
            if not digits:
                return run.fail("in a replacement, '$' stands before the number of a group, or is written '\\$'")
            length = next((size for size in range(len(digits[:3]), 1, -1) if int(digits[:size]) <= groups), 1)
            number = int(digits[:length])
            pieces.extend([number if number <= groups else "", digits[length:]])
        else:
            pieces.append(match[0])
    return pieces


def split_at(run: FeelRun, text: str, delimiter: str) -> list[str] | None:
    """The parts of *text* between the matches; each character for an empty delimiter."""
    run.spend(len(text))
    if not delimiter:
        run.items(len(text), 60)
        return list(text)
    found = _pattern(run, delimiter, "")
    if found is None:
        return None
    if Matcher(run, found, "").search(0) is not None:
        return run.fail(f"the pattern '{delimiter[:40]}' matches between any two characters")
    parts: list[str] = []
    at = 0
    for groups in Matcher(run, found, text).all():
        run.spend(60)
        parts.append(text[at : groups[0]])
        at = groups[1]
    parts.append(text[at:])
    run.items(len(parts))
    return parts


def find_all(run: FeelRun, text: str, pattern: str) -> list[str] | None:
    """The texts that the pattern matches."""
    found = _pattern(run, pattern, "")
    if found is None:
        return None
    parts: list[str] = []
    for groups in Matcher(run, found, text).all():
        run.spend(60)
        parts.append(text[groups[0] : groups[1]])
    run.items(len(parts))
    return parts
