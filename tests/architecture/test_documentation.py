"""Every setting and every kind of record is documented, and the documentation speaks of none that is not there."""

import ast
import re
from pathlib import Path

from tests.architecture.source import PROJECT, SERVER, sample, sources

FOR_TESTS = {"PROCESSION_TEST_POSTGRES"}


def variables_of_settings(root: Path) -> set[str]:
    """The environment variable of each field of `Settings`."""
    classes = [node for node in ast.walk(_tree(root / "settings.py")) if isinstance(node, ast.ClassDef)]
    fields = [
        item.target
        for node in classes
        if node.name == "Settings"
        for item in node.body
        if isinstance(item, ast.AnnAssign)
    ]
    return {f"PROCESSION_{target.id.upper()}" for target in fields if isinstance(target, ast.Name)}


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def kinds_of_record(root: Path) -> set[str]:
    """The records as the glossary spells them: `ProcessInstance` is "process instance"."""
    classes = [node for source in sources(root / "records") for node in source.walk() if isinstance(node, ast.ClassDef)]
    rows = [node.name for node in classes if any(getattr(each, "id", "") == "Record" for each in node.bases)]
    return {re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower() for name in rows}


def undescribed_records(root: Path, glossary: str) -> list[str]:
    plain = " ".join(glossary.lower().split())
    return sorted(kind for kind in kinds_of_record(root) if not re.search(rf"\b{kind}\b", plain))


def settings_that_differ(root: Path, text: str) -> set[str]:
    """Settings that are not described, and variables that are described but are no setting."""
    return variables_of_settings(root) ^ (set(re.findall(r"\bPROCESSION_[A-Z_]*[A-Z]", text)) - FOR_TESTS)


def test_every_setting_is_described_and_nothing_else_is() -> None:
    assert settings_that_differ(SERVER, (PROJECT / "docs/settings.md").read_text(encoding="utf-8")) == set()


def test_the_glossary_describes_every_kind_of_record() -> None:
    assert undescribed_records(SERVER, (PROJECT / "docs/glossary.md").read_text(encoding="utf-8")) == []


def test_a_setting_that_is_missing_or_invented_is_found(tmp_path: Path) -> None:
    root = sample(tmp_path, "settings.py", "class Settings:\n    port: int = 1\n    zone: str = 'UTC'\n")
    text = "| `PROCESSION_PORT` | and `PROCESSION_COLOUR` | PROCESSION_TEST_POSTGRES |"
    assert settings_that_differ(root, text) == {"PROCESSION_ZONE", "PROCESSION_COLOUR"}


def test_a_record_that_the_glossary_leaves_out_is_found(tmp_path: Path) -> None:
    root = sample(
        tmp_path, "records/a.py", "class ProcessInstance(Record): ...\nclass Job(Record): ...\nclass Other: ...\n"
    )
    assert undescribed_records(root, "A **process\ninstance** runs; jobless.") == ["job"]
