"""A story while it is played: the process instance it is about, and how its steps find their way in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from sqlalchemy import or_, select

from server import files
from server.commands import attachments
from server.database import db
from server.errors import NotFound
from server.identity.actor import Actor
from server.records.incident import Incident
from server.records.process_instance import ProcessInstance
from server.records.user_task import UserTask
from server.runtime.access import workable_user_tasks
from server.settings import Settings


@dataclass(frozen=True)
class Document:
    """A file that a person uploads with a form."""

    name: str
    text: str


class Scene:
    """`instance_id` is empty until the story has begun; `outage` names the connector that does not get through."""

    def __init__(self, settings: Settings, outage: str) -> None:
        self._settings = settings
        self.instance_id = ""
        self.outage = outage

    def user_task(self, actor: Actor, element_key: str) -> str:
        """The open user task of the element that the actor may work on, here or in a called instance."""
        query = (
            select(UserTask.id, UserTask.instance_id)
            .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
            .where(UserTask.state == "open", UserTask.element_key == element_key, workable_user_tasks(actor))
            .order_by(UserTask.created_at)
            .limit(1)
        )
        if self.instance_id:
            here = or_(ProcessInstance.id == self.instance_id, ProcessInstance.caller_id == self.instance_id)
            query = query.where(here)
        found = db.session.execute(query).one_or_none()
        if found is None:
            raise NotFound(f"{actor.name} has no user task {element_key} to work on.")
        self.instance_id = self.instance_id or found.instance_id
        return str(found.id)

    def business_key(self) -> str | None:
        return db.session.scalar(select(ProcessInstance.business_key).where(ProcessInstance.id == self.instance_id))

    def open_incidents(self) -> list[str]:
        query = select(Incident.id).where(Incident.instance_id == self.instance_id, Incident.resolved_at.is_(None))
        return list(db.session.scalars(query))

    def filed(self, actor: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values as a form hands them in: documents are uploaded, and named by their ids."""
        return {name: self._filed(actor, value) for name, value in values.items()}

    def _filed(self, actor: Actor, value: Any) -> Any:
        if not isinstance(value, Document):
            return value
        content = BytesIO(value.text.encode())
        stored = files.store(self._settings.files_path, content, self._settings.upload_limit)
        return [attachments.upload(actor, value.name, "text/plain", stored).id]
