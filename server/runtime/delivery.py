"""Bringing a message or a signal to a receiver."""

from collections.abc import Mapping
from typing import Any

from server.database import add_rows
from server.expressions import values
from server.records.job import Job
from server.runtime.act import Act
from server.runtime.correlation import Receiver, receiver_of_message, receivers_of_signal
from server.runtime.definitions import deployed
from server.runtime.instances import advance, begin, locked
from server.runtime.jobs import new_job


def hold_receiver(
    act: Act, name: str, correlation_key: str | None, payload: Mapping[str, Any] | None = None
) -> Receiver | None:
    """The one receiver of a message; if it is an instance, it is locked and still waits.

    Whoever is found may be given another message of this name, or end, before the lock is ours: then we look again.
    """
    receiver = receiver_of_message(name, correlation_key, payload)
    while receiver is not None and receiver.instance_id is not None:
        locked(act, receiver.instance_id)
        found = receiver_of_message(name, correlation_key, payload)
        if found == receiver:
            break
        receiver = found
    return receiver


def deliver(
    act: Act, kind: str, receiver: Receiver, payload: Mapping[str, Any], business_key: str | None = None
) -> str:
    """Wake the instance that waits, or start one; returns its id."""
    if receiver.definition_id is not None:
        instance, _ = begin(
            act,
            deployed(receiver.definition_id),
            {},
            business_key=business_key,
            start_element=receiver.element_key,
            payload=payload,
            number=receiver.number or 0,
        )
        return instance.id
    activity, number = receiver.activity, receiver.number
    assert receiver.instance_id is not None
    assert activity is not None
    assert number is not None
    if kind == "message":
        advance(act, receiver.instance_id, lambda e: e.deliver_message(activity, number, payload, act.moment))
    else:
        advance(act, receiver.instance_id, lambda e: e.deliver_signal(activity, number, payload, act.moment))
    return receiver.instance_id


def broadcast(act: Act, name: str, payload: Mapping[str, Any], but_instance: str | None = None) -> int:
    """Write a delivery job for everybody who listens to the signal; returns how many."""
    receivers = receivers_of_signal(name, but_instance)
    told = {"payload": values.encode(dict(payload))}
    new = [
        new_job("signal_delivery", act.moment, act.moment, told)
        | {
            "instance_id": receiver.instance_id,
            "activity": receiver.activity,
            "number": receiver.number,
            "definition_id": receiver.definition_id,
            "element_key": receiver.element_key,
        }
        for receiver in receivers
    ]
    add_rows(Job, new)
    if new:
        act.ring()
    return len(new)
