"""Correlation keys: which conversation a message belongs to, told by values inside it (BPMN 2.0.2, 8.4.2)."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from server.bpmn.definition import Trigger
from server.engine.tokens import Token


def waited_for(token: Token, trigger: Trigger) -> str | None:
    """The key that a message has to have: as the model says it, as the process subscribes to it, or as an earlier
    message of the same conversation has set it. None: the business key."""
    scripting = token.instance.scripting
    if trigger.correlation_key is not None:
        return scripting.text(trigger.correlation_key, token)
    if trigger.subscribed:
        return compose(scripting.evaluate(each.source, token) for each in trigger.subscribed)
    return token.instance.keys.get(trigger.key or "")


def thrown_with(token: Token, trigger: Trigger, payload: Mapping[str, Any]) -> str | None:
    """The key of a message that is thrown; the first message of a conversation sets it."""
    if trigger.correlation_key is not None:
        return token.instance.scripting.text(trigger.correlation_key, token)
    return learn(token, trigger, payload)


def learn(token: Token, trigger: Trigger, payload: Mapping[str, Any]) -> str | None:
    """The key of a message that has come or goes; from the first one of a conversation the instance learns it."""
    if trigger.key is None or not trigger.correlation:
        return None
    instance = token.instance
    key = compose(instance.scripting.evaluate(each.source, token, payload) for each in trigger.correlation)
    if key is not None and trigger.key not in instance.keys:
        instance.keys[trigger.key] = key
        instance.parts.write(f"k{trigger.key}", key)
        instance.delivery.learnt(trigger.key, key)
    return key


def compose(values: Iterable[Any]) -> str | None:
    """One text for all properties of a key; None when one of them is missing."""
    texts = [None if value is None else str(value) for value in values]
    if not texts or None in texts:
        return None
    return texts[0] if len(texts) == 1 else json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
