"""What languages do with patterns; one that cannot be read, or that matches nothing at all, raises Unreadable."""

import re
from collections.abc import Iterator

from server.expressions.patterns.matching import Groups, Matcher
from server.expressions.patterns.program import Pattern, compiled
from server.expressions.patterns.reading import Unreadable
from server.expressions.run import Run

_REPLACEMENT = re.compile(r"\\(.?)|\$(\d*)|[^\\$]+", re.DOTALL | re.ASCII)


def matches(run: Run, text: str, pattern: str, flags: str = "") -> bool:
    """Whether the pattern matches somewhere in *text*."""
    return Matcher(run, compiled(pattern, flags), text).search(0) is not None


def matches_whole(run: Run, text: str, pattern: str, flags: str = "") -> bool:
    """Whether all of *text* is one match."""
    return matches(run, text, f"^(?:{pattern})$", flags)


def replace_all(run: Run, text: str, pattern: str, replacement: str, flags: str = "", most: int | None = None) -> str:
    """Every match replaced, or the first *most*; `$1` in *replacement* is what the first group matched."""
    found = _that_takes_something(run, pattern, flags, "matches where there is nothing to replace")
    pieces = _replacement(replacement, found.groups)
    is_ascii = text.isascii() and replacement.isascii()
    done: list[str] = []
    at = 0
    for count, groups in enumerate(Matcher(run, found, text).all()):
        if count == most:
            break
        done.append(text[at : groups[0]])
        done.extend(_filled(text, groups, piece) for piece in pieces)
        run.text(sum(map(len, done[-len(pieces) - 1 :])), is_ascii)
        at = groups[1]
    done.append(text[at:])
    run.text(sum(map(len, done)), is_ascii)
    return "".join(done)


def _that_takes_something(run: Run, pattern: str, flags: str, otherwise: str) -> Pattern:
    found = compiled(pattern, flags)
    if Matcher(run, found, "").search(0) is not None:
        raise Unreadable(f"it {otherwise}")
    return found


def _filled(text: str, groups: Groups, piece: str | int) -> str:
    if isinstance(piece, str):
        return piece
    begin, end = groups[2 * piece], groups[2 * piece + 1]
    return text[begin:end] if begin >= 0 else ""


def _replacement(text: str, groups: int) -> list[str | int]:
    """Texts and numbers of groups; as many digits as make the number of a group that there is."""
    pieces: list[str | int] = []
    for match in _REPLACEMENT.finditer(text):
        escaped, digits = match[1], match[2]
        if escaped is not None:
            if escaped not in ("\\", "$"):
                raise Unreadable("in a replacement, '\\' stands before '\\' or '$'")
            pieces.append(escaped)
        elif digits is not None:
            if not digits:
                raise Unreadable("in a replacement, '$' stands before the number of a group, or is written '\\$'")
            length = next((size for size in range(len(digits[:3]), 1, -1) if int(digits[:size]) <= groups), 1)
            number = int(digits[:length])
            pieces.extend([number if number <= groups else "", digits[length:]])
        else:
            pieces.append(match[0])
    return pieces


def split_at(run: Run, text: str, delimiter: str) -> list[str]:
    """The parts of *text* between the matches; each character for an empty delimiter."""
    _spend_parts(run, text)
    if not delimiter:
        run.items(len(text), 60 if text.isascii() else 90)
        return list(text)
    found = _that_takes_something(run, delimiter, "", "matches between any two characters")
    parts: list[str] = []
    at = 0
    for groups in _counted(run, found, text):
        parts.append(text[at : groups[0]])
        at = groups[1]
    parts.append(text[at:])
    run.items(len(parts))
    return parts


def find_all(run: Run, text: str, pattern: str) -> list[str]:
    """The texts that the pattern matches."""
    _spend_parts(run, text)
    parts = [text[groups[0] : groups[1]] for groups in _counted(run, compiled(pattern, ""), text)]
    run.items(len(parts))
    return parts


def _spend_parts(run: Run, text: str) -> None:
    """Count what all characters of *text* take in the texts into which it is cut."""
    run.spend(len(text) * (1 if text.isascii() else 4))


def _counted(run: Run, pattern: Pattern, text: str) -> Iterator[Groups]:
    for groups in Matcher(run, pattern, text).all():
        run.spend(60)
        yield groups
