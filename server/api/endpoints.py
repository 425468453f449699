"""What an endpoint is: declared beside the function that answers it, and all that is documented is read from there.

The function takes the actor first, then what stands in the address by name, and, where it wants them, `wanted` (the
query of the address) and `body`. It returns what it answers, or nothing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from inspect import getdoc
from typing import Any, TypeVar, get_type_hints

from pydantic import TypeAdapter

from server.api.shapes import Download, Upload, Uploads, adapter
from server.identity.permissions import PERMISSIONS, Permission

Function = TypeVar("Function", bound=Callable[..., Any])
REVISED = (
    *("instance_id", "user_task_id", "definition_id", "connection_name", "webhook_id", "subscriber_id"),
    *("calendar_key", "process_key", "person_id", "group_id"),
)
"""What has revisions: the first place in the address of what changes it."""
_PLACE = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Endpoint:
    """One address and method. `gives` makes of what the function returns what is answered: the command's result comes
    as it is, so that the first answer to a request can be kept in the command's own transaction."""

    noun: str
    title: str  # of the noun, for people
    method: str
    path: str
    function: Callable[..., Any]
    permission: Permission | None
    success: int | None = None  # its status, unless the usual one
    gives: Callable[[Any], Any] | None = None
    is_secret: bool = False  # what is answered is shown once and never kept
    tells_revision: bool = False
    also: Permission | None = None  # a second one that it asks for
    revised: str | None = None  # what has revisions and is changed, where no place in the address names it
    changes: bool = True  # a write: what has this address, and not only what belongs to it
    takes_key: bool = True  # whether what it answered may be told again to who asks the same once more

    @property
    def name(self) -> str:
        return f"{self.noun}.{self.function.__name__}"

    @property
    def status(self) -> int:
        return self.success or (204 if self.is_empty else 200)

    @property
    def places(self) -> tuple[str, ...]:
        """The names in the address."""
        return tuple(_PLACE.findall(self.path))

    @property
    def rule(self) -> str:
        """The address as Flask writes it."""
        return _PLACE.sub(lambda found: f"<{'int:' if self.hints[found[1]] is int else ''}{found[1]}>", self.path)

    @property
    def is_write(self) -> bool:
        return self.method != "GET"

    @property
    def is_repeatable(self) -> bool:
        """Whether it may be asked again under one `Idempotency-Key`."""
        return self.is_write and self.takes_key

    @property
    def takes_revision(self) -> bool:
        """Whether it changes one thing that has revisions, so that `If-Match` can keep it from changing another one."""
        is_placed = bool(self.places) and self.places[0] in REVISED
        return self.is_write and self.changes and (is_placed or self.revised is not None)

    def subject(self, places: Mapping[str, Any]) -> str:
        """The id or key of what it changes that has revisions, where *places* are what stands in the address."""
        return str(places[self.places[0]]) if self.revised is None else self.revised

    @cached_property
    def hints(self) -> dict[str, Any]:
        return get_type_hints(self.function, include_extras=True)

    @property
    def answer(self) -> Any:
        """The type of what is answered; None where nothing is."""
        return self.gives if self.gives is not None else self.hints["return"]

    @property
    def is_download(self) -> bool:
        return self.answer is Download

    @property
    def is_empty(self) -> bool:
        return self.answer is type(None)

    @property
    def takes_files(self) -> bool:
        return self.hints.get("body") in (Upload, Uploads)

    @property
    def takes_one_file(self) -> bool:
        return self.hints.get("body") is Upload

    @cached_property
    def body(self) -> TypeAdapter[Any] | None:
        return adapter(self.hints["body"]) if "body" in self.hints and not self.takes_files else None

    @cached_property
    def wanted(self) -> TypeAdapter[Any] | None:
        return adapter(self.hints["wanted"]) if "wanted" in self.hints else None

    @cached_property
    def writes(self) -> TypeAdapter[Any]:
        return adapter(self.answer)

    @property
    def words(self) -> tuple[str, str]:
        """The first sentence of the function's description, and the rest."""
        summary, _, rest = (getdoc(self.function) or "").partition("\n\n")
        return " ".join(summary.split()).rstrip("."), " ".join(rest.split())

    @property
    def roles(self) -> tuple[str, ...]:
        """Which roles may call it."""
        return tuple(role for role, held in PERMISSIONS.items() if self.permissions <= held)

    @property
    def permissions(self) -> frozenset[Permission]:
        """What whoever calls it needs."""
        return frozenset(one for one in (self.permission, self.also) if one is not None)


@dataclass(eq=False)
class Noun:
    """The endpoints of one noun. `permission` is what all of them ask for that name none themselves."""

    name: str
    title: str
    permission: Permission | None = None
    endpoints: list[Endpoint] = field(default_factory=list)

    def get(self, path: str, permission: Permission | None = None, **more: Any) -> Callable[[Function], Function]:
        return self._add("GET", path, permission, more)

    def post(self, path: str, permission: Permission | None = None, **more: Any) -> Callable[[Function], Function]:
        return self._add("POST", path, permission, more)

    def put(self, path: str, permission: Permission | None = None, **more: Any) -> Callable[[Function], Function]:
        return self._add("PUT", path, permission, more)

    def delete(self, path: str, permission: Permission | None = None, **more: Any) -> Callable[[Function], Function]:
        return self._add("DELETE", path, permission, more)

    def _add(
        self, method: str, path: str, permission: Permission | None, more: dict[str, Any]
    ) -> Callable[[Function], Function]:
        def declare(function: Function) -> Function:
            whole = f"/{self.name}{path}"
            self.endpoints.append(
                Endpoint(self.name, self.title, method, whole, function, permission or self.permission, **more)
            )
            return function

        return declare
