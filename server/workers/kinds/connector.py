"""A job that calls something outside: no transaction is open meanwhile, and the result counts once.

The secrets of its connection are resolved here, when they are needed.
"""

from collections.abc import Callable
from typing import Any

from server.commands import attachments, connections, jobs
from server.commands.jobs import NOTHING, Claim
from server.connectors.calling import call
from server.connectors.connection import Connection
from server.connectors.connector import CallContext, LoadedFile, no_file
from server.errors import BpmnError, Failure, Invalid, NotFound
from server.expressions import values
from server.files import existing
from server.identity.actor import WORKER, agent_actor
from server.identity.sealing import seal_of
from server.settings import Settings
from server.workers.work import Work


def work(given: Work) -> Claim:
    job, connector, settings = given.job, given.job.payload["connector"], given.settings
    parameters = dict(values.decode(job.payload["parameters"]))
    connection = _connection(parameters.pop("connection", None), connector, settings)
    context = CallContext(job.id, job.attempt, settings, connection, file=_files(job.instance_id, settings))
    try:
        answer = call(connector, parameters, context)
    except BpmnError as error:
        jobs.settle_error(WORKER, job.id, job.attempt, error.code, str(error), error.variables)
        return NOTHING
    if connector == "ai":
        jobs.settle_agent(agent_actor(answer["agent"]), job.id, job.attempt, answer)
    else:
        jobs.settle_connector(WORKER, job.id, job.attempt, answer)
    return NOTHING


def _connection(name: Any, connector: str, settings: Settings) -> Connection | None:
    if name is None or name == "":
        return None
    try:
        return connections.use(WORKER, seal_of(settings), str(name), connector)
    except (NotFound, Invalid) as rejection:
        raise Failure(rejection.message) from rejection


def _files(instance_id: str | None, settings: Settings) -> Callable[[str], LoadedFile]:
    if instance_id is None:
        return no_file

    def find(name: str) -> LoadedFile:
        try:
            found = attachments.find(WORKER, instance_id, name)
            content = existing(settings.files_path, found.digest).read_bytes()
        except NotFound as rejection:
            raise Failure(rejection.message) from rejection
        return LoadedFile(found.name, found.media_type, content)

    return find
