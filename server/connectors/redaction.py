"""Takes secrets out of whatever comes back from outside, before anybody keeps or shows it (S22)."""

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

INSTEAD = "•••"
SHORTEST = 4  # signs: hiding every "a" of a text would hide the text


class Redaction:
    """Knows what must not be shown, also as URLs, JSON and HTTP's basic sign-in write it."""

    def __init__(self, hidden: Iterable[str]) -> None:
        forms = {form for secret in hidden for form in _forms(secret) if len(form) >= SHORTEST}
        self._forms = sorted(forms, key=len, reverse=True)

    def text(self, text: str) -> str:
        for form in self._forms:
            text = text.replace(form, INSTEAD)
        return text

    def value(self, value: Any) -> Any:
        """The same value without the secrets; keys of mappings included."""
        if not self._forms:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.value(key): self.value(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(inner) for inner in value]
        return value


def _forms(secret: str) -> Iterable[str]:
    yield secret
    yield quote(secret)
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield json.dumps(secret)[1:-1]
    for before in range(3):
        yield _within_base64(secret.encode(), before)


def _within_base64(secret: bytes, before: int) -> str:
    """The signs that stand for *secret* alone where so many bytes (modulo 3) stand before it and others follow."""
    encoded = base64.b64encode(b"\0" * before + secret).decode("ascii").rstrip("=")
    is_cut = (before + len(secret)) % 3 != 0  # then the last sign holds bits of what follows
    return encoded[(0, 2, 3)[before] : len(encoded) - is_cut]
