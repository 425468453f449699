"""Functions on contexts (DMN 1.5, 10.3.4.10), and the few that Camunda adds."""

from typing import Any

from server.expressions.feel.run import FeelRun
from server.expressions.feel.signatures import Registry, builtin

CONTEXT_FUNCTIONS: Registry = {}


@builtin(
    CONTEXT_FUNCTIONS,
    "get value",
    "m: context, key: string|list",
    "context: context, key: string|list",
    "m: context, keys: list",
    "context: context, keys: list",
)
def _get_value(run: FeelRun, holder: dict[str, Any], key: Any) -> Any:
    for name in key if isinstance(key, list) else [key]:
        if type(holder) is not dict or name not in holder:
            return run.miss(f"there is no entry '{str(name)[:40]}'", run.at)
        holder = holder[name]
    return holder


@builtin(CONTEXT_FUNCTIONS, "get entries", "m: context", "context: context")
def _get_entries(run: FeelRun, holder: dict[str, Any]) -> list[dict[str, Any]]:
    run.items(len(holder), 300)
    return [{"key": key, "value": value} for key, value in holder.items()]


@builtin(CONTEXT_FUNCTIONS, "context", "entries: list")
def _context(run: FeelRun, entries: list[Any]) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    run.items(len(entries), 100)
    for entry in entries:
        if type(entry) is not dict or type(entry.get("key")) is not str or "value" not in entry:
            return run.fail("an entry has to be a context with a 'key' that is text and a 'value'")
        if entry["key"] in found:
            return run.fail(f"the entry '{entry['key'][:40]}' is given twice")
        found[entry["key"]] = entry["value"]
    return found


@builtin(
    CONTEXT_FUNCTIONS,
    "context put",
    "context: context, key: string|list, value: any",
    "context: context, keys: list, value: any",
)
def _put(run: FeelRun, holder: dict[str, Any], key: Any, value: Any) -> Any:
    keys = key if isinstance(key, list) else [key]
    if not keys or not all(type(name) is str for name in keys):
        return run.fail("the keys of a context are texts")
    return _with(run, holder, keys, value)


def _with(run: FeelRun, holder: Any, keys: list[str], value: Any) -> Any:
    """A copy of *holder* in which the entry that the keys lead to is *value*."""
    if holder is None:
        holder = {}
    if type(holder) is not dict:
        return run.fail(f"what stands before '{keys[0][:40]}' is no context")
    run.tick()
    run.items(len(holder) + 1, 100)
    inner = value
    if len(keys) > 1:
        if keys[0] not in holder:
            return run.fail(f"there is no entry '{keys[0][:40]}'")
        inner = _with(run, holder[keys[0]], keys[1:], value)
        if inner is None:
            return None
    return {**holder, keys[0]: inner}


@builtin(CONTEXT_FUNCTIONS, "context merge", "contexts: list")
def _merge(run: FeelRun, contexts: list[Any]) -> dict[str, Any] | None:
    merged: dict[str, Any] = {}
    for context in contexts:
        if type(context) is not dict:
            return run.fail("only contexts can be merged")
        run.items(len(context), 100)
        merged.update(context)
    return merged


@builtin(CONTEXT_FUNCTIONS, "is defined", "value: any")
def _is_defined(run: FeelRun, value: Any) -> bool:
    return value is not None


@builtin(CONTEXT_FUNCTIONS, "get or else", "value: any, default: any")
def _get_or_else(run: FeelRun, value: Any, default: Any) -> Any:
    return default if value is None else value
