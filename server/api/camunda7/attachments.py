"""Attachments of user tasks: files that were added to one; addresses elsewhere are not kept."""

import io
from typing import Any

from flask import Response, request

from server import files
from server.api.camunda7.wording.acting import acting
from server.api.camunda7.wording.answers import answer, nothing
from server.api.camunda7.wording.ids import row_id, uuid_of
from server.api.camunda7.wording.instances import link
from server.api.camunda7.wording.moments import written
from server.api.camunda7.wording.uploads import download, settings
from server.commands import attachments as commands
from server.errors import Invalid, NotFound
from server.queries import chosen_user_tasks as queries
from server.queries.chosen_user_tasks import AttachmentRow, UserTaskRow


def listed(user_task_id: str) -> Response:
    row = queries.user_task(acting(), row_id(user_task_id))
    return answer([_shown(row, each) for each in queries.attachments(acting(), row.id)])


def create(user_task_id: str) -> Response:
    row = queries.user_task(acting(), row_id(user_task_id))
    part = request.files.get("content")
    if part is None:
        raise Invalid("Send a file as the part content: an address elsewhere is not kept here.")
    name = request.form.get("attachment-name") or part.filename or "file"
    kind = request.form.get("attachment-type") or part.mimetype or "application/octet-stream"
    stored = files.store(settings().files_path, io.BytesIO(part.read()), settings().upload_limit)
    noted = commands.upload(acting(), name, kind, stored, row.instance_id, row.id)
    return answer(_shown(row, _found(row, noted.id)))


def one(user_task_id: str, attachment_id: str) -> Response:
    row = queries.user_task(acting(), row_id(user_task_id))
    return answer(_shown(row, _found(row, row_id(attachment_id))))


def content(user_task_id: str, attachment_id: str) -> Response:
    row = queries.user_task(acting(), row_id(user_task_id))
    return download(acting(), _found(row, row_id(attachment_id)).id)


def remove(user_task_id: str, attachment_id: str) -> Response:
    row = queries.user_task(acting(), row_id(user_task_id))
    commands.remove(acting(), _found(row, row_id(attachment_id)).id)
    return nothing()


def _found(row: UserTaskRow, attachment_id: str) -> AttachmentRow:
    for each in queries.attachments(acting(), row.id):
        if each.id == attachment_id:
            return each
    raise NotFound(f"The user task {row.name} has no attachment {uuid_of(attachment_id)}.")


def _shown(row: UserTaskRow, found: AttachmentRow) -> dict[str, Any]:
    shown, instance_id = uuid_of(found.id), uuid_of(row.instance_id)
    return {
        "links": [link(f"/task/{uuid_of(row.id)}/attachment/{shown}")],
        "id": shown,
        "name": found.name,
        "description": None,
        "taskId": uuid_of(row.id),
        "type": found.media_type,
        "url": None,
        "createTime": written(found.uploaded_at),
        "removalTime": None,
        "rootProcessInstanceId": instance_id,
        "processInstanceId": instance_id,
    }


ROUTES = tuple(
    (methods, f"/task/<user_task_id>/attachment{path}", do)
    for methods, path, do in (
        ("GET", "", listed),
        ("POST", "/create", create),
        ("GET", "/<attachment_id>", one),
        ("DELETE", "/<attachment_id>", remove),
        ("GET", "/<attachment_id>/data", content),
    )
)
