"""What monitors ask: whether the server lives, whether it can work, and its figures for Prometheus."""

import ipaddress
from collections.abc import Iterable, Mapping
from time import perf_counter

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from prometheus_client import CollectorRegistry, GCCollector, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from server.api import errors
from server.api.authentication import actor_of
from server.api.installation import settings
from server.errors import Forbidden
from server.identity.permissions import Permission
from server.queries import figures as queries

EXTENSION = "procession_metrics"
blueprint = Blueprint("monitoring", __name__)
errors.install(blueprint)


class Counted(Collector):
    """What is counted in the database when somebody asks, and not before."""

    def collect(self) -> Iterable[Metric]:
        found = queries.figures()
        yield _by("procession_process_instances", "Process instances that live, by state.", found.instances)
        yield _by("procession_jobs", "Jobs: all that are ready, those of them that are due, and dead ones.", found.jobs)
        yield GaugeMetricFamily("procession_user_tasks_open", "Open user tasks.", found.open_user_tasks)
        yield GaugeMetricFamily("procession_incidents_open", "Open incidents.", found.open_incidents)
        yield GaugeMetricFamily("procession_messages_waiting", "Messages nobody waits for.", found.waiting_messages)
        yield CounterMetricFamily("procession_late_results", "Late results of jobs, refused.", found.late_results)
        yield GaugeMetricFamily("procession_job_lag_seconds", "For how long the oldest due job has waited.", found.lag)

    def describe(self) -> Iterable[Metric]:
        return ()


def _by(name: str, words: str, numbers: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=["state"])
    for state, number in numbers.items():
        family.add_metric([state], number)
    return family


def install(app: Flask) -> None:
    """Measure every request of this process from now on."""
    registry = CollectorRegistry()
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=registry)
    registry.register(Counted())
    words = "How long requests took in this process, by endpoint and status."
    taken = Histogram("procession_request_seconds", words, ["endpoint", "method", "status"], registry=registry)
    app.extensions[EXTENSION] = registry

    def begin() -> None:
        g.began = perf_counter()

    def end(response: Response) -> Response:
        if "began" in g:
            # By the endpoint and never by the address, which anybody may choose.
            status = f"{response.status_code // 100}xx"
            labels = (request.endpoint or "none", request.method if request.endpoint else "any", status)
            taken.labels(*labels).observe(perf_counter() - g.began)
        return response

    app.before_request(begin)
    app.after_request(end)


@blueprint.get("/health/live")
def live() -> Response:
    """The process answers."""
    return jsonify(status="live")


@blueprint.get("/health/ready")
def ready() -> tuple[Response, int] | Response:
    """The database answers, and its schema is this server's."""
    trouble = queries.trouble()
    if trouble:
        return jsonify(status="not ready", detail=trouble), 503
    return jsonify(status="ready")


@blueprint.get("/metrics")
def metrics() -> Response:
    """Figures for Prometheus. Raises what says that one may not read them."""
    if not _is_allowed(request.remote_addr or ""):
        actor = actor_of(request)
        if not actor.may(Permission.SEE_OPERATIONS) or actor.process_keys:
            raise Forbidden(f"You may not {Permission.SEE_OPERATIONS}.")
    registry: CollectorRegistry = current_app.extensions[EXTENSION]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _is_allowed(address: str) -> bool:
    try:
        asking = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(asking in ipaddress.ip_network(network, strict=False) for network in settings().metrics_allowed)
