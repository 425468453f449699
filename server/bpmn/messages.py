"""Reads what pools agree on: messages along message flows, and the keys by which they are correlated (8.4.2, 9.2)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from server.bpmn import languages
from server.bpmn.definition import Correlation, Trigger
from server.bpmn.names import BPMN, Node, child, children, content, line_of, local
from server.bpmn.references import References
from server.expressions.expression import Expression


@dataclass(frozen=True)
class CorrelationKey:
    """A key with the properties it is made of."""

    id: str
    properties: tuple[str, ...]


class Messages:
    """What a file says about its messages as a whole."""

    def __init__(self, root: Node, references: References, language: str | None) -> None:
        self._references, self._language = references, language
        self._keys = tuple(self._read_keys(root))
        self._paths = dict(self._read_paths(root))
        self._names = dict(self._read_flows(root))

    def name_at(self, node: Node) -> Expression | None:
        """The message of the message flow that begins or ends here, for an end that names none itself."""
        return self._names.get(node.get("id") or "")

    def completed(self, trigger: Trigger, node: Node) -> Trigger:
        """The trigger of an event or task with what the file says elsewhere about its message."""
        if trigger.kind != "message":
            return trigger
        if trigger.name is None:
            trigger = replace(trigger, name=self.name_at(node))
        key = self._key_of(trigger.reference)
        if key is None or trigger.correlation_key is not None:
            return trigger
        paths = tuple(Correlation(name, self._paths[name, trigger.reference or ""]) for name in key.properties)
        return replace(trigger, key=key.id, correlation=paths, subscribed=tuple(self._subscribed(key, node)))

    def _key_of(self, message: str | None) -> CorrelationKey | None:
        """The first key of which every property can be had from the message."""
        return next((k for k in self._keys if all((name, message or "") in self._paths for name in k.properties)), None)

    def _subscribed(self, key: CorrelationKey, node: Node) -> Iterator[Correlation]:
        """How the process around the node says that it knows the properties of the key itself."""
        process = next(node.iterancestors("{" + BPMN + "}process"), None)
        for subscription in children(process, "correlationSubscription") if process is not None else ():
            if self._references.bare(subscription.get("correlationKeyRef")) != key.id:
                continue
            bindings = children(subscription, "correlationPropertyBinding")
            found = {self._references.bare(b.get("correlationPropertyRef")): child(b, "dataPath") for b in bindings}
            if all(found.get(name) is not None for name in key.properties):
                for name in key.properties:
                    source = self._formula(found[name])
                    if source is not None:
                        yield Correlation(name, source)

    def _read_keys(self, root: Node) -> Iterator[CorrelationKey]:
        for node in root.iter("{" + BPMN + "}correlationKey"):
            names = tuple(self._references.bare(content(r)) for r in children(node, "correlationPropertyRef"))
            if names and node.get("id"):
                yield CorrelationKey(str(node.get("id")), names)

    def _read_paths(self, root: Node) -> Iterator[tuple[tuple[str, str], Expression]]:
        for node in root.iter("{" + BPMN + "}correlationPropertyRetrievalExpression"):
            holder = node.getparent()
            path = self._formula(child(node, "messagePath"))
            if holder is not None and path is not None:
                message = self._references.bare(node.get("messageRef"))
                yield (holder.get("id") or "", message), path

    def _read_flows(self, root: Node) -> Iterator[tuple[str, Expression]]:
        """By the id of an event or task: the name of the message that a message flow brings there or takes away.

        A flow between two of the file's own may be without a message; then its name or id is what they agree on. A flow
        from or to a pool that nobody can look into needs at least a name.
        """
        for node in root.iter("{" + BPMN + "}messageFlow"):
            ends = [self._references.bare(node.get(name)) for name in ("sourceRef", "targetRef")]
            inside = all(self._is_end(end) for end in ends)
            named = [self._message_name(node), *(self._message_at(end) for end in ends)]
            text = next(filter(None, named), None) or node.get("name") or (node.get("id") if inside else None)
            if text:
                yield from ((end, languages.value(text.strip(), line_of(node))) for end in ends)

    def _is_end(self, key: str) -> bool:
        node = self._references.nodes.get(key)
        return node is not None and local(node) not in ("participant", "lane")

    def _message_at(self, key: str) -> str | None:
        """The name of the message that an event or task names itself."""
        node = self._references.nodes.get(key)
        if node is None:
            return None
        definition = child(node, "messageEventDefinition")
        return self._message_name(node if definition is None else definition)

    def _message_name(self, node: Node) -> str | None:
        message = self._references.nodes.get(self._references.bare(node.get("messageRef")))
        return None if message is None else message.get("name")

    def _formula(self, node: Node | None) -> Expression | None:
        text = content(node)
        if node is None or not text:
            return None
        return languages.formula(text, line_of(node), node.get("language"), self._language)
