"""The programs that show how clients connect: the page under My account and docs/clients.md have the very same ones."""

from dataclasses import dataclass

HOST = "https://HOST"
"""Where the address of the installation goes."""


@dataclass(frozen=True)
class ClientProgram:
    """A whole program that does the work of the topic `print`; `version` is the tested one, empty for our own kit."""

    name: str
    install: str
    version: str
    language: str  # python | js
    text: str

    def at(self, address: str) -> str:
        """The program for the installation at *address*, which has no slash at its end."""
        return self.text.replace(HOST, address)


_KIT = """\
from procession import Client, Worker

worker = Worker(Client("https://HOST", "TOKEN"))


@worker.topic("print")
def print_it(work):
    return {"pages": 3}


worker.run()
"""
_JS = """\
import { BasicAuthInterceptor, Client, Variables } from "camunda-external-task-client-js";

const interceptors = new BasicAuthInterceptor({ username: "printer", password: "TOKEN" });
const client = new Client({ baseUrl: "https://HOST/engine-rest", interceptors, asyncResponseTimeout: 20000 });
client.subscribe("print", async ({ task, taskService }) => {
  await taskService.complete(task, new Variables().set("pages", 3));
});
"""
_PYTHON3 = """\
from camunda.external_task.external_task_worker import ExternalTaskWorker

config = {"auth_basic": {"username": "printer", "password": "TOKEN"}}
worker = ExternalTaskWorker("w1", "https://HOST/engine-rest", config)
worker.subscribe("print", lambda task: task.complete({"pages": 3}))
"""
_PYCAMUNDA = """\
import pycamunda.externaltask
import requests

session = requests.Session()
session.auth = ("printer", "TOKEN")
while True:
    fetch = pycamunda.externaltask.FetchAndLock("https://HOST/engine-rest", "w1", 1, async_response_timeout=20_000)
    fetch.add_topic("print", 60_000)
    fetch.session = session
    for found in fetch():
        complete = pycamunda.externaltask.Complete("https://HOST/engine-rest", found.id_, "w1")
        complete.add_variable("pages", 3)
        complete.session = session
        complete()
"""
_TYPED = """\
import asyncio

import httpx
from camunda_client.clients.dto import AuthData
from camunda_client.clients.external_task.client import ExternalTaskClient
from camunda_client.types_ import VariableValueSchema


async def main():
    auth, transport = AuthData("printer", "TOKEN"), httpx.AsyncHTTPTransport()
    client = ExternalTaskClient("w1", "https://HOST/engine-rest", auth, transport)
    while True:
        for found in await client.fetch_and_lock(["print"]):
            await client.complete(found.id, global_variables={"pages": VariableValueSchema(value=3)})


asyncio.run(main())
"""

PROGRAMS = (
    ClientProgram("procession", "pip install procession", "", "python", _KIT),
    ClientProgram("camunda-external-task-client-js", "npm install camunda-external-task-client-js", "3.1.0", "js", _JS),
    ClientProgram(
        "camunda-external-task-client-python3",
        "pip install camunda-external-task-client-python3",
        "4.5.0",
        "python",
        _PYTHON3,
    ),
    ClientProgram("pycamunda", "pip install pycamunda", "0.6.1", "python", _PYCAMUNDA),
    ClientProgram("camunda-client", "pip install camunda-client", "0.15.0", "python", _TYPED),
)
