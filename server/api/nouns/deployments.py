"""Deployments: models, decisions and forms together, all of them or none."""

from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.shapes import CLOSED, Uploads, Why
from server.commands import deployments as commands
from server.commands import withdrawals
from server.identity.actor import Actor
from server.identity.permissions import Permission

noun = Noun("deployments", "Deployments", Permission.DEPLOY)


@shape(frozen=True, config=CLOSED)
class How:
    """Whether models that call themselves executable and are not finished are deployed for documentation."""

    for_documentation: bool = False


@noun.post("", success=201)
def deploy(actor: Actor, wanted: How, body: Uploads) -> commands.Deployed:
    """Deploy .bpmn, .dmn and .form files, each sent under the name file. The same bytes keep their version.

    Every problem of every file is told, with its line.
    """
    files = [(name, content) for name, _, content in body.files]
    return commands.deploy(actor, files, for_documentation=wanted.for_documentation)


@noun.post("/{deployment_id}/withdrawal")
def withdraw(actor: Actor, deployment_id: str, body: Why) -> None:
    """Remove a deployment that nothing has come of; the versions before its own are the latest again."""
    withdrawals.withdraw(actor, deployment_id, body.reason)
