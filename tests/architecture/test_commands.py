"""Every command has a permission: deny by default begins with saying who may."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source import SERVER, Function, dotted, sample, sources


def functions_without_permission(root: Path) -> list[str]:
    """Public functions of the files of `commands/` that are not made commands by `@command(permission)`."""
    return [
        f"{source.at(node)} {node.name}"
        for source in sources(root / "commands")
        for node in source.tree.body
        if isinstance(node, Function) and not node.name.startswith("_")
        if not any(_gives_permission(decorator) for decorator in node.decorator_list)
    ]


def _gives_permission(decorator: ast.expr) -> bool:
    if not isinstance(decorator, ast.Call) or dotted(decorator.func).rpartition(".")[2] != "command":
        return False
    return bool(decorator.args) or any(keyword.arg == "permission" for keyword in decorator.keywords)


def test_every_public_function_of_the_commands_has_a_permission() -> None:
    assert functions_without_permission(SERVER) == []


@pytest.mark.parametrize(
    "decorator", ["", "@command()\n", "@command(audited=False)\n", "@query(permission=1)\n", "@command\n"]
)
def test_a_command_without_permission_is_found(tmp_path: Path, decorator: str) -> None:
    text = f"{decorator}def complete(act): ...\n"
    assert len(functions_without_permission(sample(tmp_path, "commands/user_tasks.py", text))) == 1


@pytest.mark.parametrize(
    "decorator", ["@command(permission=WORK)", "@command(WORK)", "@transaction.command(permission=WORK)"]
)
def test_a_command_with_permission_passes(tmp_path: Path, decorator: str) -> None:
    text = f"{decorator}\ndef complete(act): ...\ndef _steps(): ...\n"
    assert functions_without_permission(sample(tmp_path, "commands/user_tasks.py", text)) == []
