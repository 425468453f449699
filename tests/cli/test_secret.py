"""`procession secret` and `procession connection`: what is kept, listed and removed, and what is never printed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.cli import connection, doctor, secret
from server.commands import connections
from server.database import upgrade
from server.errors import Failure, Invalid
from server.identity.actor import WORKER
from server.identity.sealing import new_key, seal_of
from server.settings import Settings
from tests import databases
from tests.loopback import Site, free_port, site

__all__ = ["site"]
CANARY = "canary-4711"


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/test.sqlite",
        secrets_key_file=str(tmp_path / "keys"),
        http_allowed=("127.0.0.1",),
    )
    with databases.running(settings):
        upgrade()
        yield settings


def procession(settings: Settings, words: str, typed: str | None = None) -> Result:
    group = secret.command if words.startswith("secret ") else connection.command
    return CliRunner().invoke(group, words.split()[1:], input=typed, obj=settings)


def value_of(settings: Settings, field: str) -> str:
    return connections.use(WORKER, seal_of(settings), "erp", "http").secret(field)


def test_a_secret_comes_from_standard_input_and_is_never_printed(settings: Settings) -> None:
    kept = procession(settings, "secret set erp.token", CANARY + "\n")
    made = procession(settings, "connection set erp http url=https://x.example authentication=bearer token=erp.token")
    listed = procession(settings, "secret list"), procession(settings, "connection list")
    assert [each.exit_code for each in (kept, made, *listed)] == [0, 0, 0, 0]
    assert "needed by erp" in listed[0].output
    assert "token=erp.token" in listed[1].output
    assert CANARY not in "".join(each.output for each in (kept, made, *listed))
    assert value_of(settings, "token") == CANARY


def test_a_certificate_keeps_its_lines(settings: Settings) -> None:
    procession(settings, "secret set erp.certificate", "one\ntwo\n\n")
    procession(settings, "connection set erp http url=https://x.example certificate=erp.certificate")
    assert value_of(settings, "certificate") == "one\ntwo\n"


def test_after_a_rotation_the_old_key_is_not_needed(settings: Settings, tmp_path: Path) -> None:
    procession(settings, "secret set erp.token", CANARY)
    procession(settings, "connection set erp http url=https://x.example token=erp.token")
    old, new = (tmp_path / "keys").read_text(encoding="ascii"), procession(settings, "secret key").output
    (tmp_path / "keys").write_text(new + old, encoding="ascii")
    assert procession(settings, "secret rotate").output == "1 secret is sealed with the newest key.\n"
    (tmp_path / "keys").write_text(new, encoding="ascii")
    assert value_of(settings, "token") == CANARY
    (tmp_path / "keys").write_text(new_key(), encoding="ascii")
    with pytest.raises(Invalid, match="cannot be opened"):
        value_of(settings, "token")


def test_what_is_removed_is_gone(settings: Settings) -> None:
    procession(settings, "secret set erp.token", CANARY)
    procession(settings, "connection set erp http url=https://x.example token=erp.token")
    assert "needs the secret" in str(procession(settings, "secret remove erp.token").exception)
    assert procession(settings, "connection remove erp").exit_code == 0
    assert procession(settings, "secret remove erp.token").exit_code == 0
    assert procession(settings, "secret list").output == ""


def test_a_connection_is_tried(settings: Settings, site: Site) -> None:
    site.answers["/v1"] = (200, {}, b"here")
    procession(settings, f"connection set erp http url={site.url('/v1')}")
    assert procession(settings, "connection try erp").output == 'The connection "erp" answers.\n'
    procession(settings, f"connection set erp http url=http://127.0.0.1:{free_port()}")
    assert isinstance(procession(settings, "connection try erp").exception, Failure)


def test_the_doctor_names_secrets_that_no_key_opens(settings: Settings, tmp_path: Path) -> None:
    procession(settings, "secret set erp.token", CANARY)
    assert (True, "secrets can be opened") in list(doctor.examine(settings))
    (tmp_path / "keys").write_text(new_key(), encoding="ascii")
    assert (False, "no key opens these secrets: erp.token") in list(doctor.examine(settings))


def test_the_fields_of_a_connector_are_listed(settings: Settings) -> None:
    listed = procession(settings, "connection fields http").output
    assert "name of a secret" in listed
    assert "required" in listed
    assert procession(settings, "connection set erp http nonsense").exit_code == 2
    assert procession(settings, "connection set erp http url=@/no/such/file").exit_code == 2
