"""Say how things are, so that processes which begin on a condition begin."""

from collections.abc import Mapping
from typing import Any

from server.identity.permissions import Permission
from server.runtime.act import Act
from server.runtime.conditions import begin_where_true
from server.runtime.scope import refuse_scoped
from server.runtime.transaction import command


@command(Permission.MEND)
def evaluate(act: Act, variables: Mapping[str, Any]) -> list[str]:
    """Begin every process whose start condition holds for these variables; returns the ids of the instances."""
    refuse_scoped(act.actor)
    begun = begin_where_true(act, variables)
    act.on(",".join(begun), details={"names": sorted(variables)})
    return begun
