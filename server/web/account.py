"""My account: name, email, time zone, colours, password, and where I am signed in."""

from zoneinfo import available_timezones

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server import clock
from server.commands import account as commands
from server.commands import sessions as session_commands
from server.errors import Invalid
from server.identity.secrets import secret_hash
from server.queries import people
from server.queries import sessions as queries
from server.web.limits import limited
from server.web.replies import done, tell
from server.web.sessions import open_session
from server.web.signed_in import acting, signed_in
from server.web.words import gettext as _

blueprint = Blueprint("account", __name__, url_prefix="/account")
ZONES = tuple(
    sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
)


@blueprint.get("")
def page() -> str:
    return _page()


@blueprint.post("")
def change() -> Response | tuple[str, int]:
    form = request.form
    try:
        commands.change(
            acting(),
            form.get("name", ""),
            form.get("email", "").strip() or None,
            form.get("zone", ""),
            form.get("language", ""),
        )
    except Invalid as invalid:
        return _page(invalid), 422
    return done(_("Saved"), url_for(".page"))


@blueprint.post("/password")
@limited(lambda: f"password:{acting().id}")
def change_password() -> Response | tuple[str, int]:
    """Change the password; every session ends, and this browser gets a new one."""
    new = request.form.get("new", "")
    try:
        if new != request.form.get("again", ""):
            raise Invalid(_("The new password is written in two ways. Write the same one twice."))
        commands.change_password(acting(), request.form.get("old", ""), new)
    except Invalid as invalid:
        return _page(invalid), 422
    open_session(acting().id, new)
    tell(_("Password changed; other browsers are signed out"))
    return redirect(url_for(".page"), 303)


@blueprint.post("/sign-out-others")
def sign_out_others() -> Response:
    session_commands.sign_out_others(acting(), signed_in().secret)
    return done(_("Signed out everywhere else"), url_for(".page"))


def _page(invalid: Invalid | None = None) -> str:
    idle, length = current_app.config["SESSION_TIMES"]
    return render_template(
        "account.html",
        profile=people.profile(acting()),
        sessions=queries.open_sessions(acting(), clock.now(), idle, length),
        this_session=secret_hash(signed_in().secret),
        zones=("UTC", *ZONES),
        problem=invalid.message if invalid is not None else None,
        wrong={problem.element for problem in invalid.problems} if invalid is not None else set(),
    )
