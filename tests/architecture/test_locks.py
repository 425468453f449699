"""What is installed is pinned, with hashes, and from no particular place."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from tests.architecture.source import PROJECT, sample


def unpinned(root: Path) -> list[str]:
    """Dependencies which pyproject.toml asks for and the lock file does not hold."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    locked = set(re.findall(r"^([a-z0-9-]+)==", (root / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE))
    names = {re.split(r"[\[<>=~! ]", each)[0].lower().replace("_", "-") for each in asked}
    return sorted(names - locked)


def without_hash(root: Path) -> list[str]:
    """Entries of the lock file which any archive could stand for."""
    entries = re.split(r"^(?=[a-z0-9])", (root / "requirements.lock").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [entry.split()[0] for entry in entries if entry.strip() and "--hash=sha256:" not in entry]


def packages_of_npm(root: Path) -> dict[str, dict[str, Any]]:
    packages: dict[str, dict[str, Any]] = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))[
        "packages"
    ]
    return {name: package for name, package in packages.items() if name}


def test_every_python_dependency_is_in_the_lock() -> None:
    assert unpinned(PROJECT) == []


def test_every_entry_of_the_python_lock_has_a_hash() -> None:
    assert without_hash(PROJECT) == []


def test_the_python_lock_names_no_index() -> None:
    text = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    assert re.findall(r"https?:|--(?:extra-)?index-url|--find-links", text) == []


def test_every_browser_package_is_pinned_with_a_hash_and_names_no_place() -> None:
    packages = packages_of_npm(PROJECT)
    assert packages
    assert [name for name, package in packages.items() if "integrity" not in package or "resolved" in package] == []


def test_what_is_built_for_the_browser_is_asked_for_by_exact_version() -> None:
    asked = json.loads((PROJECT / "package.json").read_text(encoding="utf-8"))
    versions = {**asked.get("dependencies", {}), **asked.get("devDependencies", {})}
    assert {name: version for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)} == {}


def test_a_dependency_that_is_not_locked_or_has_no_hash_is_found(tmp_path: Path) -> None:
    asked = '[project]\ndependencies = ["Flask>=3", "lxml>=6"]\n[dependency-groups]\ndev = ["psycopg[binary]>=3"]\n'
    sample(tmp_path, "pyproject.toml", asked)
    sample(
        tmp_path, "requirements.lock", "flask==3.1.3 \\\n    --hash=sha256:1\n    # via procession\npsycopg==3.3.9\n"
    )
    assert unpinned(tmp_path) == ["lxml"]
    assert without_hash(tmp_path) == ["psycopg==3.3.9"]
