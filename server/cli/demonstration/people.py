"""The people and groups of the demonstration; made once, and left alone afterwards."""

from dataclasses import dataclass

from sqlalchemy import select

from server.commands import groups, people
from server.database import db
from server.identity.actor import CONSOLE, Actor, person_actor
from server.records.identity import Group, Person

PASSWORD = "procession-demo"  # noqa: S105 # printed at the start; a demonstration does not run in production


@dataclass(frozen=True)
class Player:
    """Somebody of the demonstration: `groups` are keys, a star behind one means that they lead it."""

    id: str
    name: str
    groups: str
    roles: tuple[str, ...] = ("participant",)

    def actor(self) -> Actor:
        keys = frozenset(key.rstrip("*") for key in self.groups.split())
        leads = frozenset(key.rstrip("*") for key in self.groups.split() if key.endswith("*"))
        return person_actor(self.id, self.name, frozenset(self.roles), keys, leads)


GROUPS = {
    "employees": "Employees",
    "managers": "Managers",
    "purchasing-approvers": "Purchasing approvers",
    "it": "IT",
    "finance": "Finance",
    "hr": "HR",
    "facilities": "Facilities",
    "risk": "Risk",
    "legal": "Legal",
    "brand": "Brand",
    "subject-experts": "Subject experts",
    "travel-office": "Travel office",
}

PLAYERS = (
    Player("ada", "Ada Lovelace", "employees"),
    Player("grace", "Grace Hopper", "employees managers* purchasing-approvers*"),
    Player("linus", "Linus Pauling", "employees it"),
    Player("margaret", "Margaret Mead", "employees finance* managers purchasing-approvers legal"),
    Player("katherine", "Katherine Johnson", "employees hr* managers"),
    Player("alan", "Alan Turing", "employees facilities* purchasing-approvers subject-experts"),
    Player("barbara", "Barbara McClintock", "employees risk* legal*"),
    Player("edsger", "Edsger Dijkstra", "employees brand* it"),
    Player("hedy", "Hedy Lamarr", "employees hr subject-experts* travel-office*"),
    Player("tim", "Tim Severin", "employees brand", ("participant", "analyst")),
    Player("annie", "Annie Cannon", "employees", ("participant", "auditor")),
    Player("dennis", "Dennis Ritchie", "employees it* risk", ("participant", "operator")),
    Player("admin", "Administrator", "", ("administrator",)),
)

ACTORS = {player.id: player.actor() for player in PLAYERS}


def make_people() -> None:
    """Create whoever and whatever group is missing; nobody who is there is changed."""
    there = set(db.session.scalars(select(Group.id)))
    for key, name in GROUPS.items():
        if key not in there:
            groups.create(CONSOLE, key, name)
    known = set(db.session.scalars(select(Person.id)))
    for player in PLAYERS:
        if player.id in known:
            continue
        people.create(CONSOLE, player.id, player.name, PASSWORD, player.roles, f"{player.id}@example.org")
        for key in player.groups.split():
            groups.add_member(CONSOLE, key.rstrip("*"), player.id, key.endswith("*"))


def table() -> list[str]:
    """Lines to print: who can sign in, and what they do."""
    lines = [f"Everybody's password is {PASSWORD}", f"{'sign in as':12}{'name':22}what they do"]
    return lines + [f"{player.id:12}{player.name:22}{_does(player)}" for player in PLAYERS]


@dataclass(frozen=True)
class SignIn:
    """A line of the sign-in page of a demonstration."""

    name: str
    password: str
    role: str


def sign_ins() -> tuple[SignIn, ...]:
    """Who can sign in, for the sign-in page."""
    return tuple(SignIn(player.id, PASSWORD, _does(player)) for player in PLAYERS)


def _does(player: Player) -> str:
    leads = [GROUPS[key[:-1]] for key in player.groups.split() if key.endswith("*")]
    member = [GROUPS[key] for key in player.groups.split() if not key.endswith("*") and key != "employees"]
    parts = [f"leads {', '.join(leads)}"] if leads else []
    parts += [f"works in {', '.join(member)}"] if member else []
    parts += [role for role in player.roles if role != "participant"]
    return "; ".join(parts) or "asks for things"
