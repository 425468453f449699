"""What is sent by hand and should not be: one clear sentence, and nothing is lost."""

import http.client
import select
import socket
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import APIResponse

from tests.journeys import purchases
from tests.journeys.conftest import Visit
from tests.journeys.server_process import ServerProcess
from tests.journeys.visitors import Visitor

LARGE = 200 * 1024 * 1024
BLOCK = b"x" * (1024 * 1024)


def sentence(answer: APIResponse) -> str:
    message = answer.json()["message"]
    assert isinstance(message, str)
    assert message.endswith(".")
    return message


def test_a_field_that_the_form_does_not_have_is_refused_by_name(visitors: Visit) -> None:
    ada, grace = visitors("ada"), visitors("grace")
    purchases.ask(ada, "Unknown field")
    address = grace.user_task("Unknown field")
    values = {"decision": "reject", "reason": "Not this year, sorry.", "approvedBy": "the boss"}
    answer = grace.post(f"{address}/submit", {"values": values})
    assert answer.status == 422
    assert "approvedBy" in answer.text()
    assert sentence(answer)
    assert grace.user_task("Unknown field") == address, "it still waits"


@pytest.mark.parametrize("user_task_id", ["", "0000000000000", "../../etc/passwd"])
def test_a_user_task_of_others_looks_as_if_it_were_not_there(visitors: Visit, user_task_id: str) -> None:
    ada, grace, hedy = visitors("ada"), visitors("grace"), visitors("hedy")
    purchases.ask(ada, "Somebody else's")
    address = f"/user-tasks/{user_task_id}" if user_task_id else grace.user_task("Somebody else's")
    answer = hedy.post(f"{address}/submit", {"values": {"decision": "approve"}})
    assert answer.status == 404
    assert sentence(answer)
    assert hedy.context.request.get(hedy.server.url + address).status == 404


def test_a_completed_user_task_cannot_be_completed_again(visitors: Visit) -> None:
    ada, grace = visitors("ada"), visitors("grace")
    purchases.ask(ada, "Only once")
    address = grace.user_task("Only once")
    values = {"values": {"decision": "reject", "reason": "Once is quite enough."}}
    assert grace.post(f"{address}/submit", values).ok
    again = grace.post(f"{address}/submit", values)
    assert again.status == 409
    assert "completed" in sentence(again).lower()


def test_an_unsigned_request_is_refused_with_a_sentence(visitors: Visit) -> None:
    grace = visitors("grace")
    answer = grace.context.request.post(f"{grace.server.url}/inbox/claim", headers={"Accept": "application/json"})
    assert answer.status == 400
    assert sentence(answer)


@pytest.mark.parametrize("is_announced", [True, False], ids=["announced", "in pieces"])
def test_a_file_of_200_mb_is_refused_without_being_kept_in_memory(
    visitors: Visit, server: ServerProcess, is_announced: bool
) -> None:
    ada = visitors("ada")
    before = server.largest_memory()
    answer = send_much(ada, "/start/purchase_approval/files", is_announced)
    assert answer.startswith("HTTP/1.1 413 ")
    assert "larger than 30" in answer
    assert server.largest_memory() - before < LARGE / 4


def send_much(visitor: Visitor, address: str, is_announced: bool) -> str:
    """Send 200 MB as a form sends a file, until the server answers; the answer as it came."""
    cookies = "; ".join(f"{cookie.get('name')}={cookie.get('value')}" for cookie in visitor.context.cookies())
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n\r\n'
    length = f"Content-Length: {LARGE}" if is_announced else "Transfer-Encoding: chunked"
    parts = urlsplit(visitor.server.url)
    lines = (
        f"POST {address} HTTP/1.1",
        f"Host: {parts.netloc}",
        f"Cookie: {cookies}",
        f"X-CSRFToken: {visitor.token()}",
        "Accept: application/json",
        "Content-Type: multipart/form-data; boundary=b",
        length,
        "Connection: close",
    )
    with socket.create_connection((parts.hostname, parts.port), timeout=60) as wire:
        wire.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")
        sent, block = 0, head
        while sent < LARGE and not select.select([wire], [], [], 0)[0]:
            try:
                wire.sendall(block if is_announced else b"%x\r\n%s\r\n" % (len(block), block))
            except (BrokenPipeError, ConnectionResetError):
                break  # it has answered and hung up
            sent, block = sent + len(block), BLOCK
        answer = http.client.HTTPResponse(wire)
        answer.begin()
        return f"HTTP/1.1 {answer.status} {answer.read().decode()}"
