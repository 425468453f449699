"""A job that does to one incident or instance what a batch does to all: as the command of whoever began it, once."""

from collections.abc import Callable, Mapping

from server import clock, terms
from server.commands import batches, incidents, process_instances
from server.commands.batches import BatchKind, OpenedItem
from server.commands.jobs import NOTHING, Claim
from server.errors import Rejection, Repeated, Unavailable
from server.identity.actor import CONSOLE, WORKER, Actor, restricted
from server.queries import sessions
from server.terms import Once, Terms
from server.workers.work import Work

DOES: Mapping[BatchKind, Callable[[Actor, OpenedItem], None]] = {
    BatchKind.RETRY: lambda actor, item: incidents.retry(actor, item.subject, item.reason, item.variables),
    BatchKind.SKIP: lambda actor, item: incidents.skip(actor, item.subject, item.reason),
    BatchKind.CANCEL: lambda actor, item: process_instances.cancel(actor, item.subject, item.reason),
    BatchKind.SUSPEND: lambda actor, item: process_instances.suspend(actor, item.subject, item.reason),
    BatchKind.RESUME: lambda actor, item: process_instances.resume(actor, item.subject, item.reason),
}


def work(given: Work) -> Claim:
    job = given.job
    item = batches.open_item(WORKER, job.id, job.attempt)
    if item is None:
        return NOTHING
    batches.settle_item(WORKER, job.id, job.attempt, _carried_out(item))
    return NOTHING


def _carried_out(item: OpenedItem) -> str | None:
    """Why it was refused; None: it is done. A worker that died behind it does not have it done twice."""
    actor = _actor(item)
    if actor is None:
        return "Whoever began the batch is not active any more."
    once = Once(f"batch:{item.batch_id}:{item.number}", item.subject, lambda _: "")
    try:
        with terms.under(Terms(once=once)):
            DOES[item.kind](actor, item)
    except Repeated:
        return None
    except Unavailable:
        raise
    except Rejection as refusal:
        return refusal.message
    return None


def _actor(item: OpenedItem) -> Actor | None:
    """Who began it, with what they may do today, but for no other processes than their token was for."""
    if item.person_id == CONSOLE.id:
        return CONSOLE
    actor = sessions.actor_of(item.person_id, clock.now())
    if actor is None or not item.process_keys:
        return actor
    return restricted(actor, "", frozenset(), item.process_keys)
