"""Who is signed in, for the pages: typed, where Flask-Login's own proxy is not."""

from dataclasses import dataclass
from typing import cast

from flask_login import current_user

from server import clock
from server.identity.actor import Actor
from server.web.moments import zone_label


@dataclass(frozen=True)
class SignedInPerson:
    """What Flask-Login calls the user. `secret` is what the cookie holds."""

    actor: Actor
    email: str
    secret: str
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        return self.secret

    @property
    def id(self) -> str:
        return self.actor.id

    @property
    def name(self) -> str:
        return self.actor.name

    @property
    def zone_label(self) -> str:
        return zone_label(self.actor.zone, clock.now())


def is_signed_in() -> bool:
    """Whether the request comes from somebody whose session is alive."""
    return bool(cast(SignedInPerson, current_user).is_authenticated)


def signed_in() -> SignedInPerson:
    """Who is signed in; asked only where nobody gets who is not (see `sessions`)."""
    return cast(SignedInPerson, current_user)


def acting() -> Actor:
    """The actor that whoever is signed in is."""
    return signed_in().actor
