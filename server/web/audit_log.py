"""The audit log: every command that anybody gave, to be searched, paged and taken away as CSV."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from server.identity.permissions import Permission
from server.queries import audit as queries
from server.queries.audit import AuditFilter, AuditRow
from server.sentences import say
from server.web.administration import PAGE, tabs
from server.web.exports import csv_file
from server.web.moments import moment_text, zone_of
from server.web.paging import pages
from server.web.permissions import needs
from server.web.signed_in import acting
from server.web.typed import day_begins, page_number
from server.web.words import gettext as _
from server.web.words import speaking_english, told

blueprint = Blueprint("audit_log", __name__, url_prefix="/audit")
blueprint.before_request(needs(Permission.SEE_AUDIT))
COMMANDS = {
    "account.change": say("Changed their own account"),
    "account.change_password": say("Changed their own password"),
    "ad_hoc.finish": say("Said that enough has been done"),
    "ad_hoc.start_activity": say("Chose what is done next"),
    "addressed_messages.deliver_to": say("Sent a message to an instance"),
    "attachments.remove": say("Removed a file"),
    "attachments.upload": say("Uploaded a file"),
    "calendars.change": say("Changed a calendar"),
    "calendars.create": say("Added a calendar"),
    "calendars.remove": say("Removed a calendar"),
    "clean_up.forget_instance": say("Removed an instance that was kept long enough"),
    "comments.write": say("Wrote a comment"),
    "conditions.evaluate": say("Said how things are"),
    "connections.keep": say("Kept a connection"),
    "connections.open_to_try": say("Tried a connection"),
    "connections.remove": say("Removed a connection"),
    "definition_comments.write": say("Wrote a comment on a process definition"),
    "deployments.deploy": say("Deployed files"),
    "withdrawals.withdraw": say("Withdrew a deployment"),
    "deployments.resume_definition": say("Resumed a process definition"),
    "deployments.suspend_definition": say("Suspended a process definition"),
    "external_tasks.complete": say("Completed an external task"),
    "external_tasks.fail": say("Failed an external task"),
    "external_tasks.set_priority": say("Changed the priority of an external task"),
    "external_tasks.set_retries": say("Gave an external task new tries"),
    "external_tasks.throw_bpmn_error": say("Ended an external task by an error"),
    "external_tasks.unlock": say("Freed an external task"),
    "favourites.set_favourite": say("Changed their favourites"),
    "filters.remove": say("Removed a saved filter"),
    "filters.save": say("Saved a filter"),
    "groups.add_member": say("Put somebody into a group"),
    "groups.create": say("Created a group"),
    "groups.remove": say("Removed a group"),
    "groups.remove_member": say("Took somebody out of a group"),
    "groups.rename": say("Renamed a group"),
    "incidents.retry": say("Tried an incident again"),
    "jobs.fire_now": say("Fired a job at once"),
    "jobs.postpone": say("Postponed a job"),
    "messages.discard": say("Discarded a message"),
    "messages.match": say("Gave an instance a message"),
    "messages.send": say("Sent a message"),
    "people.activate": say("Let somebody sign in again"),
    "people.change": say("Changed a person"),
    "people.create": say("Created a person"),
    "people.create_program": say("Created a program"),
    "people.deactivate": say("Kept somebody from signing in"),
    "people.set_password": say("Gave somebody a new password"),
    "process_instances.cancel": say("Cancelled a process instance"),
    "process_instances.follow": say("Followed a process instance, or stopped"),
    "process_instances.move": say("Moved tokens"),
    "process_instances.remind": say("Reminded people"),
    "process_instances.remove_variable": say("Removed a variable"),
    "process_instances.resume": say("Resumed a process instance"),
    "process_instances.set_variable": say("Changed a variable"),
    "process_instances.start": say("Started a process"),
    "process_instances.suspend": say("Suspended a process instance"),
    "process_instances.withdraw": say("Withdrew a request"),
    "saved_queries.remove": say("Removed a saved query"),
    "saved_queries.save": say("Saved a query"),
    "secrets.keep": say("Kept a secret"),
    "secrets.remove": say("Removed a secret"),
    "secrets.seal_anew": say("Sealed every secret anew"),
    "sessions.open_session": say("Signed in"),
    "sessions.sign_out": say("Signed out"),
    "sessions.sign_out_others": say("Signed out other browsers"),
    "signals.send": say("Sent a signal"),
    "starts.start": say("Started a process"),
    "substitutes.add": say("Named a substitute"),
    "substitutes.remove": say("Removed a substitute"),
    "tokens.create": say("Made a token"),
    "tokens.create_for": say("Made a token for a program"),
    "tokens.revoke": say("Revoked a token"),
    "user_task_changes.change": say("Changed dates or the priority of a user task"),
    "user_task_changes.complete": say("Completed a user task"),
    "user_task_changes.offer": say("Offered a user task"),
    "user_task_changes.throw_bpmn_error": say("Ended a user task by an error"),
    "user_task_changes.throw_escalation": say("Escalated a user task"),
    "user_task_changes.withdraw_offer": say("Withdrew the offer of a user task"),
    "user_tasks.answer": say("Answered a question"),
    "user_tasks.ask_back": say("Asked back"),
    "user_tasks.claim": say("Claimed a user task"),
    "user_tasks.claim_many": say("Claimed several user tasks"),
    "user_tasks.complete": say("Completed a user task"),
    "user_tasks.delegate": say("Delegated a user task"),
    "user_tasks.delegate_many": say("Delegated several user tasks"),
    "user_tasks.reassign": say("Reassigned a user task"),
    "user_tasks.release": say("Released a user task"),
    "user_tasks.release_many": say("Released several user tasks"),
    "variables.change": say("Changed variables"),
    "batches.go_on": say("Let a batch go on"),
    "batches.of_instances": say("Began a batch of instances"),
    "batches.pause": say("Paused a batch"),
    "batches.retry": say("Tried all incidents of a cause again"),
    "batches.skip": say("Skipped all incidents of a cause"),
    "batches.stop": say("Stopped a batch"),
    "incidents.give": say("Said who has an incident to mend"),
    "incidents.give_cause": say("Said who has the incidents of a cause to mend"),
    "incidents.skip": say("Skipped what failed"),
    "incidents.write_note": say("Wrote a note at an incident"),
    "notice_policies.settle": say("Settled who is told of what"),
    "notice_policies.unsettle": say("Settled no more who is told of what"),
    "notices.choose": say("Chose what they are told"),
    "sendings.resend": say("Sent notices again"),
    "subscribers.add": say("Added a subscriber"),
    "subscribers.change": say("Changed a subscriber"),
    "subscribers.pause": say("Paused a subscriber"),
    "subscribers.remove": say("Removed a subscriber"),
    "subscribers.resend": say("Sent a delivery again"),
    "subscribers.resend_dead": say("Sent all dead deliveries again"),
    "subscribers.resume": say("Resumed a subscriber"),
    "subscribers.rotate": say("Gave a subscriber another secret"),
    "subscribers.try_out": say("Tried a subscriber"),
    "webhooks.change": say("Changed a webhook"),
    "webhooks.close": say("Closed a webhook"),
    "webhooks.open_webhook": say("Opened a webhook"),
    "webhooks.pause": say("Paused a webhook"),
    "webhooks.receive": say("Called a webhook"),
    "webhooks.replay": say("Replayed a call of a webhook"),
    "webhooks.resume": say("Resumed a webhook"),
    "webhooks.rotate": say("Gave a webhook another secret"),
}
OTHERS = {"visitor": say("Not signed in"), "console": say("Command line"), "worker": say("Procession")}
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
        words={name: told(text) for name, text in COMMANDS.items()},
        people=queries.people(acting()),
        others={name: told(text) for name, text in OTHERS.items()},
        details=lambda details: _details(details, zone_of(acting().zone)),
        export=url_for(".export", **kept),
        **pages(wanted.page, found.pages, queries.PAGE, **kept),
    )


@blueprint.get("/audit.csv")
def export() -> Response:
    """The same entries, all of them, as CSV."""
    with speaking_english():
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
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_plain(one, zone) for one in value) or _("none")
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return moment_text(datetime.fromisoformat(value), zone)
    return _("none") if value is None else str(value)
