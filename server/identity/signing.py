"""Signatures of webhooks, as Standard Webhooks 1.0 has them: HMAC-SHA256 over the id, the moment and the body."""

import base64
import binascii
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
TOLERANCE = 300  # seconds that a message may be old, or early
_SIZES = range(24, 65)  # bytes of a key
_LONGEST_ID = 256


def new_signing_secret() -> str:
    """32 random bytes as text; also good as a token, which is compared as it is."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def is_signing_secret(text: str) -> bool:
    """Whether a signature can be made with it."""
    return _key(text) is not None


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of a message; *timestamp* is in seconds since 1970, UTC."""
    key = _key(secret)
    assert key is not None, "only secrets that can sign are kept"
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode("ascii")


def signatures(secrets_known: Iterable[str], message_id: str, timestamp: int, body: bytes) -> str:
    """One signature for each secret, as they stand in the header: whoever knows one of them can check."""
    return " ".join(signature(secret, message_id, timestamp, body) for secret in secrets_known)


def fault_of_signature(
    secrets_known: Iterable[str], message_id: str, timestamp: str, given: str, body: bytes, now: float
) -> str | None:
    """Why a message is not what one who knows a secret has signed just now; None where it is."""
    if not message_id or len(message_id) > _LONGEST_ID or not timestamp or not given:
        return "Sign it: webhook-id, webhook-timestamp and webhook-signature are needed."
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
        return "webhook-timestamp is the number of seconds since 1970."
    if abs(now - int(timestamp)) > TOLERANCE:
        return f"It was signed more than {TOLERANCE} seconds away from now. Sign it anew for each attempt."
    offered = [one.encode() for one in given.split(" ")[:16]]
    for secret in secrets_known:
        wanted = signature(secret, message_id, int(timestamp), body).encode()
        if any(hmac.compare_digest(wanted, one) for one in offered):
            return None
    return "The signature does not fit."


def fits_token(secrets_known: Iterable[str], given: str) -> bool:
    """Whether what was sent is one of the secrets; how long that takes does not tell how much of it fits."""
    return sum(hmac.compare_digest(secret.encode(), given.encode()) for secret in secrets_known) > 0


def _key(secret: str) -> bytes | None:
    if not secret.startswith(PREFIX):
        return None
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) in _SIZES else None
