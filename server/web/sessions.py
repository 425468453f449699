"""Sign in and out, and who is signed in: the cookie holds a random secret, the database its SHA-256."""

from datetime import timedelta
from functools import partial
from typing import Any

from flask import Blueprint, Flask, current_app, jsonify, redirect, render_template, request, session, url_for
from flask.sessions import SecureCookieSessionInterface, session_json_serializer
from flask_login import LoginManager, login_user, logout_user
from itsdangerous import TimedSerializer, URLSafeTimedSerializer, base64_encode
from werkzeug.wrappers import Response

from server import clock
from server.commands import sessions as commands
from server.errors import Rejection, Unavailable
from server.identity.actor import VISITOR
from server.queries import sessions as queries
from server.sentences import say
from server.settings import Settings
from server.web.limits import by_account, by_address, limited
from server.web.security import safe_next
from server.web.signed_in import SignedInPerson, acting, is_signed_in, signed_in
from server.web.words import gettext as _
from server.web.words import speak

blueprint = Blueprint("sessions", __name__)
TOUCH = timedelta(minutes=1)
OPEN_ENDPOINTS = frozenset({"sessions.sign_in", "sessions.sign_in_post", "static"})
POLLS = frozenset({"inbox.rows", "shell.waiting"})
NOT_FITTING = say("That name and password do not belong together. Check both, or ask an administrator.")


class Signing(URLSafeTimedSerializer):
    """Signs without trying first whether the little that a cookie holds could be compressed."""

    def dump_payload(self, obj: Any) -> bytes:
        return base64_encode(TimedSerializer.dump_payload(self, obj))


class Cookies(SecureCookieSessionInterface):
    """Flask's signed cookies, by a serializer that is made once, and signs with a key that is derived once."""

    def __init__(self, app: Flask) -> None:
        given = super().get_signing_serializer(app)
        assert given is not None, "the secret key is set before"
        key = given.make_signer(given.salt).derive_key()
        # By its name the digest is OpenSSL's own HMAC, which takes a third of the time.
        how = {"key_derivation": "none", "digest_method": "sha256"}
        self._serializer = Signing(key, given.salt, session_json_serializer, signer_kwargs=how)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer:
        return self._serializer


def install(app: Flask, given: Settings, own: frozenset[str] = frozenset()) -> None:
    """Have every request but a few ask who is signed in; blueprints named in *own* ask by themselves."""
    app.session_interface = Cookies(app)
    login = LoginManager()
    login.session_protection = ""  # our own sessions end by time and by sign-out; addresses of phones change
    idle, length = timedelta(seconds=given.session_idle), timedelta(seconds=given.session_length)
    app.config["SESSION_TIMES"] = (idle, length)

    def load(secret: str) -> SignedInPerson | None:
        now = clock.now()
        found = queries.signed_in(secret, now, idle, length)
        if found is None:
            return None
        # A page that lies open and asks by itself is not used by anybody.
        if now - found.seen_at > TOUCH and request.endpoint not in POLLS:
            commands.touch(found.actor, secret)
        return SignedInPerson(found.actor, found.email, secret)

    login.user_loader(load)
    login.init_app(app)
    app.before_request(partial(_require_sign_in, own))


def _require_sign_in(own: frozenset[str]) -> Response | tuple[Any, int] | None:
    """Deny by default: only the sign-in page, its assets and the health check are for everybody."""
    if request.endpoint in OPEN_ENDPOINTS or request.blueprint in own:
        return None
    if is_signed_in():
        if acting().language:
            speak(acting().language)
        return None
    wants_json = request.accept_mimetypes.best == "application/json"
    if wants_json or "HX-Request" in request.headers:
        return jsonify(message=_("You were signed out. Sign in again; what you typed is kept.")), 401
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("sessions.sign_in", next=here if here not in (None, "/") else None))


@blueprint.get("/sign-in")
def sign_in() -> Response | str:
    """The sign-in page; whoever is signed in already goes on."""
    target = safe_next(request.args.get("next"), "/")
    if is_signed_in():
        return redirect(target)
    return _page(None, "", target)


@blueprint.post("/sign-in", endpoint="sign_in_post")
@limited(by_address, by_account)
def sign_in_post() -> Response | tuple[str, int]:
    """Check name and password; the old cookie's content is dropped, so nobody can plant a session on a person."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    target = safe_next(request.form.get("next"), "/")
    try:
        open_session(name, password)
    except Unavailable:
        raise
    except Rejection as rejection:
        return _page(rejection.message, name, target), 422
    return redirect(target, 303)


def open_session(name: str, password: str) -> None:
    """Sign in with these. Raises Rejection with one sentence that does not tell whether the name exists."""
    if not queries.password_is_right(name, password):
        raise Rejection(NOT_FITTING)
    address, browser = request.remote_addr or "", request.headers.get("User-Agent", "")
    begin(commands.open_session(VISITOR, name.strip().lower(), password, address, browser).secret)


def begin(secret: str) -> None:
    """Put a new session's secret into an empty cookie. Raises Rejection when the person cannot sign in any more."""
    session.clear()
    idle, length = current_app.config["SESSION_TIMES"]
    found = queries.signed_in(secret, clock.now(), idle, length)
    if found is None:
        raise Rejection(NOT_FITTING)
    login_user(SignedInPerson(found.actor, found.email, secret))


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """Close this session, on the server and in the browser."""
    commands.sign_out(acting(), signed_in().secret)
    logout_user()
    session.clear()
    return redirect(url_for("sessions.sign_in"), 303)


def _page(error: str | None, name: str, target: str) -> str:
    people = current_app.config.get("DEMO_PEOPLE", ())
    return render_template("signin.html", form_error=error, name=name, next=target, demo_people=people)
