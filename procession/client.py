"""Asks a Procession server by its REST API: deploy, start, send messages, find and complete user tasks."""

import http.client
import json
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from procession.values import encode

PREFIX = "/api/v1"
TEMPORARY = frozenset({429, 502, 503, 504})
WAITS = (0.2, 1.0, 3.0)  # seconds before each further attempt


class Refused(Exception):
    """The server has answered that it cannot be done; `problem` is its answer (RFC 9457)."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or f"The server answered {status}."))
        self.status, self.problem = status, problem


@dataclass(frozen=True)
class Client:
    """One server, and the token that says who asks. Threads may share it."""

    url: str
    token: str = field(repr=False)
    timeout: float = 30.0  # seconds

    def deploy(self, files: Mapping[str, bytes]) -> Any:
        """Deploy models, decisions and forms by their file names, all of them or none."""
        boundary = secrets.token_hex(16)
        parts = [_part(boundary, name, content) for name, content in files.items()]
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        return self._send("POST", "/deployments", body, f"multipart/form-data; boundary={boundary}")

    def start(
        self,
        process_key: str,
        values: Mapping[str, Any] | None = None,
        business_key: str | None = None,
        variables: Mapping[str, Any] | None = None,
    ) -> str:
        """Start the latest version, with the values of its start form or variables that no form asks for; its id."""
        body = {"process_key": process_key, "values": encode(values or {}), "business_key": business_key}
        if variables:
            body["variables"] = encode(variables)
        return str(self.ask("POST", "/process-instances", body)["instance_id"])

    def send_message(self, name: str, payload: Mapping[str, Any] | None = None, key: str | None = None) -> str | None:
        """Bring a message to its one receiver; the instance, None where the message waits for one."""
        body = {"name": name, "payload": encode(payload or {}), "correlation_key": key}
        found = self.ask("POST", "/messages", body)["instance_id"]
        return None if found is None else str(found)

    def user_tasks(self, **wanted: str) -> Iterable[Mapping[str, Any]]:
        """The inbox of who asks: `tab`, `text`, `process_key` and `order` choose; part after part is fetched."""
        cursor: str | None = ""
        while cursor is not None:
            page = self.ask("GET", f"/user-tasks?{urlencode({**wanted, 'limit': 200, 'cursor': cursor})}")
            yield from page["items"]
            cursor = page["next"]

    def complete_user_task(self, user_task_id: str, values: Mapping[str, Any] | None = None) -> None:
        """Hand in the form of a user task."""
        self.ask("POST", f"/user-tasks/{quote(user_task_id)}/completion", {"values": encode(values or {})})

    def content_of(self, attachment: str) -> bytes:
        """What is in a file that came in a variable."""
        return self._bytes("GET", f"/attachments/{quote(attachment)}", b"", "", {}, self.timeout)

    def ask(
        self, method: str, path: str, body: Any = None, *, key: str = "", wait: float = 0.0, once: bool = True
    ) -> Any:
        """Any endpoint below /api/v1, with JSON. Raises Refused, OSError.

        A write has a key, so that one whose answer is lost on its way is asked again and done once; unless not *once*:
        then nothing is asked again. *wait*: how much longer than usual the server may take, in seconds.
        """
        content = b"" if body is None else json.dumps(body, allow_nan=False).encode()
        kind = "" if body is None else "application/json"
        return self._send(method, path, content, kind, (key or secrets.token_hex(16)) if once else "", wait)

    def _send(self, method: str, path: str, body: bytes, kind: str, key: str = "", wait: float = 0.0) -> Any:
        headers = {"Idempotency-Key": key} if key and method != "GET" else {}
        answer = self._bytes(method, path, body, kind, headers, self.timeout + wait)
        return json.loads(answer) if answer else None

    def _bytes(
        self, method: str, path: str, body: bytes, kind: str, headers: Mapping[str, str], timeout: float
    ) -> bytes:
        may_repeat = method == "GET" or "Idempotency-Key" in headers
        for pause in (*WAITS, None):
            try:
                return self._once(method, path, body, kind, headers, timeout)
            except OSError:
                if pause is None or not may_repeat:
                    raise
            except Refused as refused:
                if pause is None or not may_repeat or refused.status not in TEMPORARY:
                    raise
            time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _once(
        self, method: str, path: str, body: bytes, kind: str, headers: Mapping[str, str], timeout: float
    ) -> bytes:
        parts = urlsplit(self.url)
        kind_of = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind_of(parts.hostname or "", parts.port, timeout=timeout)
        sent = {"Authorization": f"Bearer {self.token}", **({"Content-Type": kind} if kind else {}), **headers}
        try:
            connection.request(method, f"{parts.path.rstrip('/')}{PREFIX}{path}", body or None, sent)
            answer = connection.getresponse()
            content = answer.read()
        except http.client.HTTPException as trouble:
            raise ConnectionError(f"what came was no answer: {trouble!r}") from trouble
        finally:
            connection.close()
        if answer.status >= 300:
            raise Refused(answer.status, _problem(content))
        return content


def _part(boundary: str, name: str, content: bytes) -> bytes:
    called = name.replace('"', "")
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{called}"\r\n'
    return head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n"


def _problem(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
