"""A job that takes notices to a person by mail or webhook: no transaction is open meanwhile, and it counts once."""

from typing import Any

from server.commands import connections, sendings
from server.commands.jobs import NOTHING, Claim
from server.commands.sendings import Opened
from server.connectors.calling import call
from server.connectors.connection import Connection
from server.connectors.connector import CallContext
from server.errors import Failure, Invalid, NotFound
from server.identity.actor import WORKER
from server.identity.sealing import seal_of
from server.languages import language
from server.sentences import say, say_many
from server.settings import Settings
from server.workers.work import Work


def work(given: Work) -> Claim:
    job, settings = given.job, given.settings
    opened = sendings.open_sending(WORKER, job.id, job.attempt)
    if opened is None:
        return NOTHING
    mail = opened.channel == "mail"
    connector, parameters = ("mail", _letter(opened, settings)) if mail else ("webhook", _event(opened, settings))
    connection = None if mail else _connection(opened.connection, settings)
    call(connector, parameters, CallContext(opened.message_id, job.attempt, settings, connection))
    sendings.settle(WORKER, job.id, job.attempt)
    return NOTHING


def _connection(name: str, settings: Settings) -> Connection:
    try:
        return connections.use(WORKER, seal_of(settings), name, "webhook")
    except (NotFound, Invalid) as rejection:
        raise Failure(rejection.message) from rejection


def _address(settings: Settings) -> str:
    return (settings.base_url or f"http://{settings.host}:{settings.port}").rstrip("/")


def _letter(opened: Opened, settings: Settings) -> dict[str, Any]:
    """A mail in the person's language that says what there is and where, and nothing that only those who are signed in
    may read."""
    address, lines = _address(settings), opened.lines
    spoken = language(opened.language or settings.language)
    many = say_many("%(number)s notice", "%(number)s notices", len(lines))
    subject = spoken.say(lines[0].brief if len(lines) == 1 else many)
    parts = [f"{spoken.say(line.brief)}\n{address}{line.link}" for line in lines]
    more = say("Choose what you are told, and how: %(address)s", address=f"{address}/account/notices")
    parts.append(f"--\n{spoken.say(more)}")
    return {"to": opened.email, "subject": " ".join(subject.split()), "text": "\n\n".join(parts) + "\n"}


def _event(opened: Opened, settings: Settings) -> dict[str, Any]:
    (line,) = opened.lines
    data = {
        "person": opened.person_id,
        "kind": line.kind,
        "text": line.brief,
        "link": _address(settings) + line.link,
        "process": line.process_key,
        "told_at": line.told_at.isoformat(),
    }
    return {"type": f"notice.{line.kind}", "data": data}
