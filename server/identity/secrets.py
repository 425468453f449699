"""Secrets of sessions and tokens: what a browser or a program holds, and what is kept of it."""

import hashlib
import secrets

TOKEN = "procession_"  # noqa: S105  # no secret, only how one begins


def new_secret() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


def new_token() -> str:
    """256 random bits as text, with a beginning by which a token that was left lying about is recognised."""
    return TOKEN + new_secret()


def secret_hash(secret: str) -> str:
    """What the database keeps: the SHA-256 in hex. Enough for a random secret, which nobody can guess from it."""
    return hashlib.sha256(secret.encode()).hexdigest()
