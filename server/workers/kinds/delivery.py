"""A job that tells a subscriber outside of a fact: signed, once taken never sent again by itself."""

from server import clock
from server.commands import subscribers
from server.commands.jobs import NOTHING, Claim
from server.connectors.answers import retry_after
from server.connectors.connector import TemporaryFailure
from server.connectors.exchange import Exchange
from server.connectors.requests import HttpRequest
from server.identity.actor import WORKER
from server.identity.sealing import seal_of
from server.identity.signing import signatures
from server.workers.work import Work

MEDIA_TYPE = "application/cloudevents+json; charset=utf-8"


def work(given: Work) -> Claim:
    job, settings = given.job, given.settings
    delivery_id = job.payload["delivery"]
    outgoing = subscribers.use(WORKER, seal_of(settings), job.id, delivery_id)
    body, now = outgoing.content.encode(), int(clock.now().timestamp())
    headers = {
        "content-type": MEDIA_TYPE,
        "user-agent": "Procession",
        "accept-encoding": "identity",
        "webhook-id": outgoing.event_id,
        "webhook-timestamp": str(now),
        "webhook-signature": signatures(outgoing.secrets, outgoing.event_id, now, body),
    }
    request = HttpRequest("POST", outgoing.url, headers, body, settings.http_timeout)
    # An address that has moved is for a person to change: what follows a redirect may not be the same at all.
    answer, what = Exchange(settings, follows=False).send(request)
    if 200 <= answer.status < 300:
        subscribers.settle(WORKER, job.id, job.attempt, delivery_id, answer.status)
        return NOTHING
    subscribers.note_status(WORKER, delivery_id, answer.status)
    raise TemporaryFailure(f"{what} answered {answer.status}.", retry_after(answer.headers.get("retry-after", "")))
