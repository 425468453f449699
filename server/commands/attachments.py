"""Note uploaded files, and remove them again. Their bytes are in the file store before the command is given."""

from dataclasses import dataclass

from sqlalchemy import select

from server.database import db, new_id
from server.errors import Forbidden, NotFound
from server.files import Stored
from server.identity.permissions import Permission
from server.records.attachment import Attachment
from server.runtime.act import Act
from server.runtime.finding import visible_instance
from server.runtime.transaction import command
from server.sentences import say


@dataclass(frozen=True)
class Uploaded:
    id: str
    name: str
    size: int


@dataclass(frozen=True)
class Found:
    """A file that a job needs; the file store has its bytes under the digest."""

    name: str
    media_type: str
    digest: str


@command(Permission.COMMENT)
def upload(
    act: Act,
    name: str,
    media_type: str,
    stored: Stored,
    instance_id: str | None = None,
    user_task_id: str | None = None,
) -> Uploaded:
    """Note a file; without an instance it waits for the submission that names it. Raises NotFound."""
    if instance_id is not None:
        visible_instance(act.actor, instance_id)
    row = Attachment(
        id=new_id(),
        instance_id=instance_id,
        user_task_id=user_task_id,
        name=(name.replace("\\", "/").rpartition("/")[2] or "file")[:200],
        media_type=media_type[:100],
        size=stored.size,
        digest=stored.digest,
        uploaded_at=act.moment,
        uploaded_by=act.actor.id,
    )
    db.session.add(row)
    act.on(row.id, instance_id)
    return Uploaded(row.id, row.name, row.size)


@command(Permission.RUN_JOBS, audited=False)
def find(act: Act, instance_id: str, name: str) -> Found:
    """A file of an instance by its id or its name, the newest of that name, for a job. Raises NotFound."""
    row = db.session.scalar(
        select(Attachment)
        .where(Attachment.instance_id == instance_id, (Attachment.id == name) | (Attachment.name == name))
        .order_by(Attachment.uploaded_at.desc(), Attachment.id.desc())
        .limit(1)
    )
    if row is None:
        raise NotFound(say('The instance has no file "%(name)s".', name=name[:200]))
    return Found(row.name, row.media_type, row.digest)


@command(Permission.COMMENT)
def remove(act: Act, attachment_id: str) -> None:
    """Take back a file one has uploaded. The bytes stay in the store. Raises NotFound, Forbidden."""
    row = db.session.scalar(select(Attachment).where(Attachment.id == attachment_id))
    if row is None:
        raise NotFound(say("There is no such file."))
    if row.uploaded_by != act.actor.id:
        raise Forbidden(say("Only whoever uploaded a file may remove it."))
    act.on(row.id, row.instance_id)
    db.session.delete(row)
