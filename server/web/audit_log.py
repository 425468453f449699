"""The audit log: every command that anybody gave, to be searched, paged and taken away as CSV."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from server.identity.permissions import Permission
from server.queries import audit as queries
from server.queries.audit import AuditFilter, AuditRow
from server.web.administration import PAGE, tabs
from server.web.exports import csv_file
from server.web.moments import moment_text, zone_of
from server.web.paging import pages
from server.web.permissions import needs
from server.web.signed_in import acting
from server.web.typed import day_begins, page_number

blueprint = Blueprint("audit_log", __name__, url_prefix="/audit")
blueprint.before_request(needs(Permission.SEE_AUDIT))
COMMANDS = {
    "account.change": "Changed their own account",
    "account.change_password": "Changed their own password",
    "ad_hoc.finish": "Said that enough has been done",
    "ad_hoc.start_activity": "Chose what is done next",
    "addressed_messages.deliver_to": "Sent a message to an instance",
    "attachments.remove": "Removed a file",
    "attachments.upload": "Uploaded a file",
    "comments.write": "Wrote a comment",
    "conditions.evaluate": "Said how things are",
    "connections.keep": "Kept a connection",
    "connections.open_to_try": "Tried a connection",
    "connections.remove": "Removed a connection",
    "definition_comments.write": "Wrote a comment on a process definition",
    "deployments.deploy": "Deployed files",
    "deployments.resume_definition": "Resumed a process definition",
    "deployments.suspend_definition": "Suspended a process definition",
    "external_tasks.complete": "Completed an external task",
    "external_tasks.fail": "Failed an external task",
    "external_tasks.set_priority": "Changed the priority of an external task",
    "external_tasks.set_retries": "Gave an external task new tries",
    "external_tasks.throw_bpmn_error": "Ended an external task by an error",
    "external_tasks.unlock": "Freed an external task",
    "favourites.set_favourite": "Changed their favourites",
    "filters.remove": "Removed a saved filter",
    "filters.save": "Saved a filter",
    "groups.add_member": "Put somebody into a group",
    "groups.create": "Created a group",
    "groups.remove": "Removed a group",
    "groups.remove_member": "Took somebody out of a group",
    "groups.rename": "Renamed a group",
    "incidents.retry": "Tried an incident again",
    "incidents.retry_cause": "Tried all incidents of a cause again",
    "jobs.fire_now": "Fired a job at once",
    "jobs.postpone": "Postponed a job",
    "messages.discard": "Discarded a message",
    "messages.match": "Gave an instance a message",
    "messages.send": "Sent a message",
    "people.activate": "Let somebody sign in again",
    "people.change": "Changed a person",
    "people.create": "Created a person",
    "people.create_program": "Created a program",
    "people.deactivate": "Kept somebody from signing in",
    "people.set_password": "Gave somebody a new password",
    "process_instances.cancel": "Cancelled a process instance",
    "process_instances.follow": "Followed a process instance, or stopped",
    "process_instances.move": "Moved tokens",
    "process_instances.remind": "Reminded people",
    "process_instances.remove_variable": "Removed a variable",
    "process_instances.resume": "Resumed a process instance",
    "process_instances.set_variable": "Changed a variable",
    "process_instances.start": "Started a process",
    "process_instances.suspend": "Suspended a process instance",
    "process_instances.withdraw": "Withdrew a request",
    "saved_queries.remove": "Removed a saved query",
    "saved_queries.save": "Saved a query",
    "secrets.keep": "Kept a secret",
    "secrets.remove": "Removed a secret",
    "secrets.seal_anew": "Sealed every secret anew",
    "sessions.open_session": "Signed in",
    "sessions.sign_out": "Signed out",
    "sessions.sign_out_others": "Signed out other browsers",
    "signals.send": "Sent a signal",
    "starts.start": "Started a process",
    "subscribers.add": "Added a subscriber",
    "subscribers.change": "Changed a subscriber",
    "subscribers.pause": "Paused a subscriber",
    "subscribers.remove": "Removed a subscriber",
    "subscribers.resend": "Sent a delivery again",
    "subscribers.resend_dead": "Sent all dead deliveries again",
    "subscribers.resume": "Resumed a subscriber",
    "subscribers.rotate": "Gave a subscriber another secret",
    "subscribers.try_out": "Tried a subscriber",
    "substitutes.add": "Named a substitute",
    "substitutes.remove": "Removed a substitute",
    "tokens.create": "Made a token",
    "tokens.create_for": "Made a token for a program",
    "tokens.revoke": "Revoked a token",
    "user_task_changes.change": "Changed dates or the priority of a user task",
    "user_task_changes.complete": "Completed a user task",
    "user_task_changes.offer": "Offered a user task",
    "user_task_changes.throw_bpmn_error": "Ended a user task by an error",
    "user_task_changes.throw_escalation": "Escalated a user task",
    "user_task_changes.withdraw_offer": "Withdrew the offer of a user task",
    "user_tasks.answer": "Answered a question",
    "user_tasks.ask_back": "Asked back",
    "user_tasks.claim": "Claimed a user task",
    "user_tasks.claim_many": "Claimed several user tasks",
    "user_tasks.complete": "Completed a user task",
    "user_tasks.delegate": "Delegated a user task",
    "user_tasks.delegate_many": "Delegated several user tasks",
    "user_tasks.reassign": "Reassigned a user task",
    "user_tasks.release": "Released a user task",
    "user_tasks.release_many": "Released several user tasks",
    "variables.change": "Changed variables",
    "webhooks.change": "Changed a webhook",
    "webhooks.close": "Closed a webhook",
    "webhooks.open_webhook": "Opened a webhook",
    "webhooks.pause": "Paused a webhook",
    "webhooks.receive": "Called a webhook",
    "webhooks.replay": "Replayed a call of a webhook",
    "webhooks.resume": "Resumed a webhook",
    "webhooks.rotate": "Gave a webhook another secret",
}
OTHERS = {"visitor": "Not signed in", "console": "Command line", "worker": "Procession"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?\+00:00")
_HEAD = (
    "Number",
    "When (UTC)",
    "Sign-in name",
    "Name",
    "Command",
    "On",
    "Instance",
    "Business key",
    "Reason",
    "Details",
)


@blueprint.get("")
def page() -> str:
    wanted = _wanted()
    found = queries.listed(acting(), wanted)
    kept: dict[str, Any] = {name: text for name, text in request.args.items() if name in _FIELDS and text}
    return render_template(
        "audit_log.html",
        page=PAGE,
        tabs=tabs(acting(), "audit"),
        wanted=wanted,
        kept=kept,
        found=found,
        words=COMMANDS,
        people=queries.people(acting()),
        others=OTHERS,
        details=lambda details: _details(details, zone_of(acting().zone)),
        export=url_for(".export", **kept),
        **pages(wanted.page, found.pages, queries.PAGE, **kept),
    )


@blueprint.get("/audit.csv")
def export() -> Response:
    """The same entries, all of them, as CSV."""
    return csv_file("audit.csv", _HEAD, _cells(queries.every(acting(), _wanted())))


_FIELDS = ("person", "command", "instance", "since", "until")


def _wanted() -> AuditFilter:
    """What the address asks for; days are meant in the reader's zone, the last one included."""
    given, zone = request.args, zone_of(acting().zone)
    command = given.get("command", "")
    return AuditFilter(
        person_id=given.get("person", "")[:100],
        command=command if command in COMMANDS else "",
        instance=given.get("instance", "").strip()[:100],
        since=day_begins(given.get("since", ""), zone),
        before=day_begins(given.get("until", ""), zone, days_later=1),
        page=page_number(given.get("page", "")),
    )


def _cells(rows: Iterator[AuditRow]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        key = row.business_key
        yield (
            *(row.id, row.at, row.actor, row.actor_name, row.command, row.subject, row.instance_id, key, row.reason),
            _details(row.details, UTC),
        )


def _details(details: Mapping[str, Any], zone: tzinfo) -> str:
    """Such as "roles: auditor, analyst; leads: no"; moments as they are in *zone*."""
    return "; ".join(f"{name.replace('_', ' ')}: {_plain(value, zone)}" for name, value in details.items())


def _plain(value: Any, zone: tzinfo) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_plain(one, zone) for one in value) or "none"
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return moment_text(datetime.fromisoformat(value), zone)
    return "none" if value is None else str(value)
