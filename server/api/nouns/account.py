"""The actor's own account: profile, password, what waits, and where they are signed in."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass as shape

from server import clock
from server.api.endpoints import Noun
from server.api.installation import session_times
from server.api.shapes import CLOSED, NO_NUL, Key, Line, Part, TimeOfDay
from server.commands import account as commands
from server.commands import notices as notice_commands
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import notice_policies, notices, people, sessions, shell

noun = Noun("account", "My account", Permission.SIGN_IN)


@shape(frozen=True, config=CLOSED)
class ChangedAccount:
    """How one is called and where one lives."""

    name: Key
    email: Line | None = None
    zone: Line = "UTC"


@shape(frozen=True, config=CLOSED)
class ChangedPassword:
    """The present password, and the new one."""

    old: Annotated[str, Field(max_length=200, pattern=NO_NUL)]
    new: Annotated[str, Field(min_length=10, max_length=200, pattern=NO_NUL)]


@shape(frozen=True, config=CLOSED, kw_only=True)
class WantedNotices(Part):
    """All notices, or the unread ones."""

    show: notices.Show = notices.Show.ALL


@shape(frozen=True, config=CLOSED)
class NoticeChoice:
    """Whether one wants to be told of this kind by this channel."""

    kind: notice_policies.NoticeKind
    channel: notice_policies.Channel
    wanted: bool


@shape(frozen=True, config=CLOSED)
class NoticeChoices:
    """What one wants to be told, and when mail comes; what is left out or empty is as processes settle it."""

    choices: Annotated[list[NoticeChoice], Field(max_length=100)] = Field(default_factory=list)
    timing: Literal["", "at_once", "hourly", "daily"] = ""
    daily_at: TimeOfDay = ""
    quiet_from: TimeOfDay = ""
    quiet_until: TimeOfDay = ""


@noun.get("")
def profile(actor: Actor) -> people.Profile:
    """Who the actor is."""
    return people.profile(actor)


@noun.put("")
def change(actor: Actor, body: ChangedAccount) -> None:
    """Change one's name, email and time zone."""
    commands.change(actor, body.name, body.email, body.zone)


@noun.put("/password")
def change_password(actor: Actor, body: ChangedPassword) -> None:
    """Change one's password; all sessions end."""
    commands.change_password(actor, body.old, body.new)


@noun.get("/waiting")
def waiting(actor: Actor) -> shell.Waiting:
    """How much waits: user tasks, requests, notices, incidents."""
    return shell.waiting(actor)


@noun.get("/sessions")
def open_sessions(actor: Actor) -> Page[sessions.OpenSession]:
    """The browsers in which the actor is signed in."""
    idle, length = session_times()
    return Page(sessions.open_sessions(actor, clock.now(), idle, length))


@noun.get("/notices")
def find_notices(actor: Actor, wanted: WantedNotices) -> Page[notices.Line]:
    """What the actor has been told, the newest first."""
    return notices.part(actor, wanted.show, wanted.slice)


@noun.get("/notice-choices")
def notice_choices(actor: Actor) -> notice_policies.Mine:
    """What the actor is told, by which channel and when."""
    return notice_policies.mine(actor)


@noun.put("/notice-choices")
def choose_notices(actor: Actor, body: NoticeChoices) -> None:
    """Choose what one is told, by which channel and when."""
    choices = [notice_commands.Choice(one.kind, one.channel, one.wanted) for one in body.choices]
    notice_commands.choose(actor, choices, body.timing, body.daily_at, body.quiet_from, body.quiet_until)


@noun.post("/notices/reading")
def read_all(actor: Actor) -> None:
    """All notices have been read."""
    notice_commands.read_all(actor)


@noun.post("/notices/{notice_id}/reading")
def read(actor: Actor, notice_id: str) -> None:
    """One notice has been read."""
    notice_commands.read(actor, notice_id)
