"""Tables. Rows only: no behaviour, no queries. Importing this package makes every table known."""

from server.records import (
    activity_instance,
    attachment,
    connection,
    data_store,
    decision,
    definition,
    deployment,
    identity,
    incident,
    job,
    logs,
    notice,
    process_instance,
    subscription,
    user_task,
    waiting_message,
)

__all__ = [
    "activity_instance",
    "attachment",
    "connection",
    "data_store",
    "decision",
    "definition",
    "deployment",
    "identity",
    "incident",
    "job",
    "logs",
    "notice",
    "process_instance",
    "subscription",
    "user_task",
    "waiting_message",
]
