"""What changed between two versions of a process, in words that an analyst understands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.bpmn.definition import Assign, Element, Flow, ImplicitThrow, Level, Process, Trigger
from server.bpmn.subject import levels_of
from server.expressions.expression import Expression


@dataclass(frozen=True)
class Change:
    """One difference. `kind` is added, removed, changed or moved; the key may be that of a flow or a process."""

    element_key: str
    kind: str
    words: str


def compare(old: Process, new: Process) -> tuple[Change, ...]:
    """Everything that differs, process first, then elements and flows in the order of the newer file.

    Lines and ids of flows do not count as differences by themselves; `moved` is an element in another sub-process.
    """
    found = list(_changes(new.key, new.name or new.key, _described_process(old), _described_process(new)))
    before, after = _elements(old), _elements(new)
    for key, (element, level) in after.items():
        if key not in before:
            found.append(Change(key, "added", f"{_title(element)}: added"))
            continue
        earlier, earlier_level = before[key]
        if earlier_level != level and not (earlier_level == old.level.id and level == new.level.id):
            found.append(Change(key, "moved", f"{_title(element)}: moved {_where(old, new, earlier_level, level)}"))
        found.extend(_changes(key, _title(element), _described(earlier), _described(element)))
    for key, (element, _) in before.items():
        if key not in after:
            found.append(Change(key, "removed", f"{_title(element)}: removed"))
    found.extend(_compare_flows(old, new))
    return tuple(found)


def _elements(process: Process) -> dict[str, tuple[Element, str]]:
    """Every element with the id of its level."""
    return {key: (element, level.id) for level in levels_of(process.level) for key, element in level.elements.items()}


def _title(element: Element) -> str:
    return element.name or element.id


def _where(old: Process, new: Process, before: str, after: str) -> str:
    named = {key: _title(element) for process in (old, new) for key, (element, _) in _elements(process).items()}
    outside = "the process itself"
    return f"from {named.get(before, outside)} to {named.get(after, outside)}"


def _changes(key: str, title: str, before: dict[str, str], after: dict[str, str]) -> Iterator[Change]:
    for what in dict.fromkeys((*before, *after)):
        first, second = before.get(what, ""), after.get(what, "")
        if first == second:
            continue
        if what == "documentation":
            words = "documentation changed"
        elif not first:
            words = f"{what} set to {second}"
        elif not second:
            words = f"{what} {first} taken away"
        else:
            words = f"{what} changed from {first} to {second}"
        yield Change(key, "changed", f"{title}: {words}")


def _described_process(process: Process) -> dict[str, str]:
    return _filled(
        {
            "name": process.name,
            "executable": "yes" if process.executable else "no",
            "documentation": process.documentation,
            "version tag": process.version_tag or "",
            "candidate starters": ", ".join(process.candidate_starter_users + process.candidate_starter_groups),
            "days of history": "" if process.history_days is None else str(process.history_days),
            **{f"property {name}": value for name, value in process.properties.items()},
        }
    )


def _described(element: Element) -> dict[str, str]:
    """All that a person may have changed about an element, by the words for it."""
    people = element.assignment
    described = {
        "name": element.name,
        "type": _plain(element.kind.value),
        "documentation": element.documentation,
        "lane": element.lane,
        "assignee": _text(people.assignee),
        "candidate users": _texts(people.candidate_users),
        "candidate groups": _texts(people.candidate_groups),
        "excluded users": _texts(people.excluded_users),
        "due date": _text(people.due),
        "follow-up date": _text(people.follow_up),
        "priority": _text(people.priority),
        "script": _text(element.script),
        "result variable": element.script_result or element.service_result or "",
        "expression": _text(element.service),
        "initiator": element.initiator_variable or "",
        "attached to": element.attached_to or "",
        "interrupting": "yes" if element.interrupting else "no",
        "default flow": element.default or "",
        "retry cycle": element.retry_cycle or "",
        "job priority": _text(element.job_priority),
        "exclusive": "no" if element.concurrent else "",
        "asynchronous": " and ".join(
            word for word, on in (("before", element.asynchronous_before), ("after", element.asynchronous_after)) if on
        ),
        **_assigned("input", element.inputs),
        **_assigned("output", element.outputs),
        **{f"property {name}": value for name, value in element.properties.items()},
    }
    for describe in (_form, _loop, _call, _connector, _worker, _listeners, _counted, _decision, _ad_hoc, _data):
        described.update(describe(element))
    for number, trigger in enumerate(element.triggers):
        described.update(_trigger(trigger, f" {number + 1}" if number else ""))
    return _filled(described)


def _trigger(trigger: Trigger, number: str) -> dict[str, str]:
    return {
        f"trigger{number}": trigger.kind,
        f"{trigger.kind} name{number}": _text(trigger.name),
        f"timer {trigger.timer_form or ''}{number}": _text(trigger.timer),
        f"condition{number}": _text(trigger.condition),
        f"correlation key{number}": _text(trigger.correlation_key),
        f"time to live{number}": _text(trigger.time_to_live),
        f"code variable{number}": trigger.code_variable or "",
        f"message variable{number}": trigger.message_variable or "",
        **_assigned("payload", trigger.payload),
    }


def _form(element: Element) -> dict[str, str]:
    if element.form is None:
        return {}
    fields = {
        f"form field {field.key}": ", ".join(
            part
            for part in (
                field.label,
                field.type,
                "required" if field.required else "",
                "read-only" if field.readonly else "",
                f"default {_text(field.default)}" if field.default else "",
                f"from {field.minimum}" if field.minimum else "",
                f"to {field.maximum}" if field.maximum else "",
                " | ".join(label or value for value, label in field.options),
            )
            if part
        )
        for field in element.form.fields
    }
    return {"form": element.form.key or "", **fields}


def _loop(element: Element) -> dict[str, str]:
    loop = element.loop
    if loop is None:
        return {}
    return {
        "loop": {"standard": "loop", "parallel": "all at once", "sequential": "one after the other"}[loop.kind],
        "cardinality": _text(loop.cardinality),
        "collection": _text(loop.collection),
        "element variable": loop.element_variable or "",
        "result collection": loop.result_collection or "",
        "result of each": loop.result_variable or "",
        "completion condition": _text(loop.completion_condition),
        "loop condition": _text(loop.loop_condition),
        "loop maximum": "" if loop.loop_maximum is None else str(loop.loop_maximum),
        "condition is tested": "before" if loop.test_before else "",
        **{f"event thrown {number + 1}": _thrown(each) for number, each in enumerate(loop.throws)},
    }


def _thrown(thrown: ImplicitThrow) -> str:
    names = ", ".join(f"{trigger.kind} {_text(trigger.name)}".strip() for trigger in thrown.triggers)
    when = {"each": "with each completion", "first": "with the first completion"}.get(thrown.when)
    return f"{names} {when or 'when ' + _text(thrown.condition)}"


def _worker(element: Element) -> dict[str, str]:
    work = element.external
    if work is None:
        return {}
    headers = {f"header {name}": _text(value) for name, value in work.headers}
    return {"topic": _text(work.topic), "worker priority": _text(work.priority), **headers}


def _listeners(element: Element) -> dict[str, str]:
    """What listens to each event, in order."""
    found: dict[str, str] = {}
    for listener in element.listeners:
        work = _text(listener.work.topic) if listener.work is not None else ""
        name = f"listener to {listener.event}"
        told = _text(listener.script) or _text(listener.expression) or work
        if listener.timer is not None:
            told = f"{_text(listener.timer.timer)}: {told}"
        found[name] = f"{found[name]}; {told}" if name in found else told
    return found


def _counted(element: Element) -> dict[str, str]:
    """What a gateway or activity makes of several tokens, and an event of several triggers."""
    return {
        "activation condition": _text(element.activation),
        "tokens needed": "" if element.start_quantity == 1 else str(element.start_quantity),
        "tokens sent": "" if element.completion_quantity == 1 else str(element.completion_quantity),
        "triggers needed": "all" if element.parallel_multiple else "",
        "begins an instance": "yes" if element.instantiate else "",
        "events needed": "all" if element.parallel else "",
    }


def _decision(element: Element) -> dict[str, str]:
    decision = element.decision
    if decision is None:
        return {}
    return {
        "decision": decision.key.text,
        "binding": f"{decision.binding} {_text(decision.version)}".strip(),
        "result variable": decision.result_variable or "",
        "result mapping": decision.result_mapping or "",
    }


def _ad_hoc(element: Element) -> dict[str, str]:
    how = element.ad_hoc
    if how is None:
        return {}
    return {
        "ordering": "one after the other" if how.sequential else "all at once",
        "completion condition": _text(how.completion),
        "what still goes on at the end": "cancelled" if how.cancel_remaining else "completed",
    }


def _data(element: Element) -> dict[str, str]:
    items = element.data
    if items is None:
        return {}
    described = {
        "data inputs": ", ".join(items.inputs),
        "data outputs": ", ".join(items.outputs),
        "own properties": ", ".join(items.properties),
    }
    for association in items.before + items.after:
        sources = ", ".join(source.name for source in association.sources)
        assigned = "; ".join(f"{each.target} = {each.source.text}" for each in association.assignments)
        how = " ".join(filter(None, (sources, _text(association.transformation), assigned)))
        described[f"data for {association.target.name}"] = how
    return described


def _call(element: Element) -> dict[str, str]:
    call = element.call
    if call is None:
        return {}
    return {
        "called process": call.process_key.text,
        "binding": f"{call.binding} {_text(call.version)}".strip(),
        "business key": _text(call.business_key),
        "all variables in": "yes" if call.all_inputs else "",
        "all variables out": "yes" if call.all_outputs else "",
        **_assigned("called with", call.inputs),
        **_assigned("taken from the call", call.outputs),
    }


def _connector(element: Element) -> dict[str, str]:
    connector = element.connector
    if connector is None:
        return {}
    inputs, outputs = _assigned("connector input", connector.inputs), _assigned("connector output", connector.outputs)
    return {"connector": connector.connector, **inputs, **outputs}


def _compare_flows(old: Process, new: Process) -> Iterator[Change]:
    before, after = _flows(old), _flows(new)
    names = {key: _title(element) for process in (old, new) for key, (element, _) in _elements(process).items()}

    def show(flow: Flow) -> str:
        return f"Flow from {names.get(flow.source, flow.source)} to {names.get(flow.target, flow.target)}"

    for key, flow in after.items():
        earlier = before.get(key)
        if earlier is None:
            yield Change(key, "added", f"{show(flow)}: added")
            continue
        if (earlier.source, earlier.target) != (flow.source, flow.target):
            yield Change(key, "changed", f"{show(earlier)}: now leads {show(flow).removeprefix('Flow ')}")
        yield from _changes(key, show(flow), _described_flow(earlier), _described_flow(flow))
    for key, flow in before.items():
        if key not in after:
            yield Change(key, "removed", f"{show(flow)}: removed")


def _flows(process: Process) -> dict[str, Flow]:
    found: Sequence[Level] = levels_of(process.level)
    return {key: flow for level in found for key, flow in level.flows.items()}


def _described_flow(flow: Flow) -> dict[str, str]:
    return _filled({"name": flow.name, "condition": _text(flow.condition)})


def _filled(described: dict[str, str]) -> dict[str, str]:
    return {what: text for what, text in described.items() if text}


def _plain(kind: str) -> str:
    """`userTask` as `user task`."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind)


def _assigned(what: str, assigns: tuple[Assign, ...]) -> dict[str, str]:
    return {f"{what} {assign.target}": assign.source.text for assign in assigns}


def _text(expression: Expression | None) -> str:
    return expression.text if expression is not None else ""


def _texts(expressions: tuple[Expression, ...]) -> str:
    return ", ".join(expression.text for expression in expressions)
