"""A job that calls something outside: no transaction is open meanwhile, and the result counts once."""

from server.commands import jobs
from server.connectors import CONNECTORS
from server.connectors.connector import CallContext
from server.errors import BpmnError
from server.expressions import values
from server.identity.actor import WORKER
from server.workers.work import Work


def work(given: Work) -> None:
    job = given.job
    parameters = values.decode(job.payload["parameters"])
    try:
        answer = CONNECTORS[job.payload["connector"]].call(parameters, CallContext(job.id, job.attempt, given.settings))
    except BpmnError as error:
        jobs.settle_error(WORKER, job.id, job.attempt, error.code, str(error), error.variables)
        return
    jobs.settle_connector(WORKER, job.id, job.attempt, answer)
