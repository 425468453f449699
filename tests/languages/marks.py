"""Where a template says something in English without a mark that lets it be said in another language."""

import re
from collections.abc import Iterator
from pathlib import Path

SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-label", "data-confirm", "data-confirm-verb", "data-l")
NAMES = {"Procession", "CSV", "PDF", "XES", "SHA-256", "Ctrl K", "Enter", "Esc"}
NAMES |= {"HX-Request", "Ctrl", "K"}  # what is sent or pressed, not said
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_TRANS = re.compile(r"\{%-?\s*trans\b.*?\{%-?\s*endtrans\s*-?%\}", re.DOTALL)
_MARKED = re.compile(r"\b_\(\s*'(?:[^'\\]|\\.)*'|\bpgettext\('[^']*',\s*'[^']*'|\bngettext\(\s*'[^']*',\s*'[^']*'")
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_TAG = re.compile(r"<[!/]?[a-zA-Z](?:\"[^\"]*\"|[^\">])*>")
_ATTRIBUTE = re.compile(r"([\w-]+)=\"([^\"]*)\"")
_LITERAL = re.compile(r"'((?:[^'\\]|\\.)*)'")
_SENTENCE = re.compile(r"[A-Z](?:[a-z]| \w)")


def unmarked(template: Path) -> Iterator[str]:
    """Texts between tags, spoken attributes and literals of expressions that no mark surrounds."""
    text = _MARKED.sub("_(", _TRANS.sub(" ", _COMMENT.sub("", template.read_text(encoding="utf-8"))))
    for code in _CODE.findall(text):
        yield from (literal for literal in _LITERAL.findall(code) if _SENTENCE.match(literal) and literal not in NAMES)
    plain = _CODE.sub("\x00", text)
    for tag in _TAG.findall(plain):
        yield from (value for name, value in _ATTRIBUTE.findall(tag) if name in SPOKEN and _says(value))
    without_code = re.sub(r"<(code|kbd|script)\b[^>]*>.*?</\1>", " ", plain)
    yield from (
        piece.strip() for piece in _TAG.sub("\n", without_code).split("\n") if _says(piece) and not _is_attribute(piece)
    )


def _is_attribute(text: str) -> bool:
    """What a macro writes into a tag has quotes around its values."""
    return '="' in text


def _says(text: str) -> bool:
    plain = re.sub(r"&\w+;|\x00", " ", text).strip(" ·:,.…()")
    return re.search(r"[A-Za-z]{2,}", plain) is not None and plain not in NAMES
