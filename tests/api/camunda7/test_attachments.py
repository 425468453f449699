"""Attachments of user tasks: added, listed, read and taken back as clients of Camunda 7 do."""

import io
from typing import Any

import pytest

from tests.api.camunda7.conftest import Caller


@pytest.fixture
def path(ada: Caller) -> str:
    """The address of the attachments of a user task."""
    ada.post("/process-definition/key/approval/start", {})
    [found] = ada.get("/task")
    return f"/task/{found['id']}/attachment"


def added(ada: Caller, path: str, **more: Any) -> Any:
    data = {"attachment-name": "Offer", "attachment-type": "text/plain", "content": (io.BytesIO(b"hello"), "a.txt")}
    return ada.ask("POST", f"{path}/create", data=data | more, content_type="multipart/form-data")


def test_an_attachment_is_added_listed_and_read(ada: Caller, path: str) -> None:
    made = added(ada, path).json
    assert (made["name"], made["type"], made["taskId"]) == ("Offer", "text/plain", path.split("/")[2])
    assert ada.get(path) == [made]
    assert ada.get(f"{path}/{made['id']}") == made
    content = ada.ask("GET", f"{path}/{made['id']}/data")
    assert (content.data, content.headers["Content-Type"]) == (b"hello", "text/plain")


def test_an_attachment_is_taken_back(ada: Caller, path: str) -> None:
    made = added(ada, path).json
    assert ada.ask("DELETE", f"{path}/{made['id']}").status_code == 204
    assert ada.get(path) == []
    assert ada.ask("GET", f"{path}/{made['id']}").status_code == 404


def test_an_address_alone_is_no_attachment(ada: Caller, path: str) -> None:
    data = {"attachment-name": "Offer", "url": "https://example.org"}
    answer: Any = ada.ask("POST", f"{path}/create", data=data, content_type="multipart/form-data")
    assert (answer.status_code, "content" in answer.json["message"]) == (400, True)


def test_who_may_not_see_the_user_task_sees_no_attachment(ada: Caller, zoe: Caller, path: str) -> None:
    added(ada, path)
    assert zoe.ask("GET", path).status_code == 404
