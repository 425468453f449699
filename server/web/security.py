"""What protects every page: headers, CSRF tokens, limits, the secret key, where one may be sent after signing in."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_wtf import CSRFProtect

from server.errors import Invalid
from server.identity.kept_keys import folder_of_keys, kept_key
from server.sentences import say
from server.settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LARGEST_FORM_FIELD = 1024 * 1024
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}

csrf = CSRFProtect()


def install(app: Flask, settings: Settings) -> None:
    """Everything that has to be there before the first request."""
    app.config.update(
        SECRET_KEY=secret_key(settings),
        MAX_CONTENT_LENGTH=settings.request_limit,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM_FIELD,
        MAX_FORM_PARTS=1000,
        SESSION_COOKIE_NAME="procession",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.production,
        WTF_CSRF_TIME_LIMIT=None,  # a form that was open for a day is no attack: the token lives as long as its session
        WTF_CSRF_SSL_STRICT=False,
    )
    csrf.init_app(app)
    app.before_request(_refuse_zero_characters)
    app.after_request(_add_headers)


def _refuse_zero_characters() -> None:
    """No text has them, and not every database can hold them. Raises Invalid."""
    # What is signed is read as it is, once: a form that was parsed would leave nothing of it.
    sent = () if request.blueprint == "hooks" else request.form.values()
    texts = (request.path, *request.args.values(), *sent)
    if any("\0" in text for text in texts):
        raise Invalid(say("What was sent holds a character that no text has. Type it again instead of pasting it."))


def secret_key(settings: Settings) -> str:
    """The key that signs cookies: the setting, else one made once and kept beside the database, readable by us alone.

    Raises Invalid in production without the setting, where several processes and machines have to share it.
    """
    if settings.secret_key:
        return settings.secret_key
    if settings.production:
        raise Invalid("PROCESSION_SECRET_KEY is empty; in production set it to at least 32 random characters.")
    return kept_key(folder_of_keys(settings) / "secret.key", lambda: secrets.token_urlsafe(48))


def safe_next(address: str | None, otherwise: str) -> str:
    """*address* if it leads to a page of ours, else *otherwise*: never to another machine."""
    if not address or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return otherwise
    parts = urlsplit(address)
    is_plain = all(character.isprintable() for character in address)
    return address if is_plain and not parts.scheme and not parts.netloc else otherwise


def _add_headers(response: Response) -> Response:
    given = {name for name, _ in response.headers}
    response.headers.extend((name, value) for name, value in _HEADERS.items() if name not in given)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
