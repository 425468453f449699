"""The one who gives commands and asks queries: a signed-in person, a worker, or the command line."""

from dataclasses import dataclass, field, replace

from server.identity.permissions import OF_ONE_PROCESS, Permission, permissions_of


@dataclass(frozen=True)
class Actor:
    """Who acts, with what they may do. `id` is the person's sign-in name."""

    id: str
    name: str
    roles: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset()  # the groups they lead: may delegate and reassign there
    stands_for: frozenset[str] = frozenset()  # people they are a substitute of, just now
    zone: str = "UTC"
    language: str = ""  # empty: as the browser has it
    permissions: frozenset[Permission] = field(default=frozenset())
    token: str = ""  # the id of the token they act by; none: a browser's session or a password
    process_keys: frozenset[str] = frozenset()  # the only processes that the token is for; none: all

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    @property
    def persons(self) -> frozenset[str]:
        """The ids under which this actor may work: their own and those they stand for."""
        return self.stands_for | {self.id}


def person_actor(
    person_id: str,
    name: str,
    roles: frozenset[str],
    groups: frozenset[str] = frozenset(),
    leads: frozenset[str] = frozenset(),
    stands_for: frozenset[str] = frozenset(),
    zone: str = "UTC",
    language: str = "",
) -> Actor:
    return Actor(person_id, name, roles, groups, leads, stands_for, zone, language, permissions_of(roles))


def restricted(actor: Actor, token: str, roles: frozenset[str], process_keys: frozenset[str]) -> Actor:
    """The actor as one of their tokens lets them act: with these of their roles (none: all), for these processes only.

    What is not about single processes is not for a token that names some.
    """
    kept = actor.roles & roles if roles else actor.roles
    permissions = permissions_of(kept) & OF_ONE_PROCESS if process_keys else permissions_of(kept)
    return replace(actor, roles=kept, permissions=permissions, token=token, process_keys=process_keys)


WORKER = Actor("worker", "Procession", permissions=frozenset({Permission.RUN_JOBS}))
"""What runs by itself: timers, connectors, deliveries."""

_AGENT = "agent:"


def agent_actor(name: str) -> Actor:
    """An agent that answers for a connector, under a name of its own; it may bring its answer and nothing else."""
    return Actor(f"{_AGENT}{name}", name, permissions=frozenset({Permission.RUN_JOBS}))


_WEBHOOK = "webhook:"


def webhook_actor(name: str, process_key: str) -> Actor:
    """A system outside that has called a webhook and proved it: it may report what the webhook is for."""
    reporting = frozenset({Permission.SEND_MESSAGES, Permission.START})
    return Actor(f"{_WEBHOOK}{name}", name, permissions=reporting, process_keys=frozenset({process_key}))


VISITOR = Actor("visitor", "Somebody", permissions=frozenset({Permission.SIGN_IN}))
"""Who is not signed in yet may do nothing but sign in."""

CONSOLE = Actor("console", "Command line", permissions=frozenset(Permission))
"""Whoever may run `procession` on the machine may do everything."""


def name_of(actor_id: str) -> str:
    """What people call an actor that is no person; the id itself of anybody else."""
    if actor_id.startswith(_AGENT):
        return f"{actor_id.removeprefix(_AGENT)} (AI agent)"
    if actor_id.startswith(_WEBHOOK):
        return f"{actor_id.removeprefix(_WEBHOOK)} (webhook)"
    return {actor.id: actor.name for actor in (WORKER, CONSOLE)}.get(actor_id, actor_id)
