"""Files: send one before a form names it, fetch and remove it."""

from server.api.endpoints import Noun
from server.api.installation import fetched, stored
from server.api.shapes import Download, Upload
from server.commands import attachments as commands
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.queries import conversation

noun = Noun("attachments", "Attachments", Permission.SIGN_IN)


@noun.post("", Permission.COMMENT, success=201)
def upload(actor: Actor, body: Upload) -> commands.Uploaded:
    """Send one file that a form will name by its id."""
    return commands.upload(actor, body.name, body.media_type, stored(body))


@noun.get("/{attachment_id}")
def fetch(actor: Actor, attachment_id: str) -> Download:
    """The bytes of a file."""
    found = conversation.stored_file(actor, attachment_id)
    return Download(found.name, fetched(found.digest))


@noun.delete("/{attachment_id}", Permission.COMMENT)
def remove(actor: Actor, attachment_id: str) -> None:
    """Take back a file one has sent."""
    commands.remove(actor, attachment_id)
