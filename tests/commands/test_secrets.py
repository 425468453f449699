"""Secrets and connections: kept sealed, given to workers only, and never to a connection that is not meant."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from server.commands import connections, secrets
from server.database import db
from server.errors import Conflict, Forbidden, Invalid, NotFound
from server.identity.actor import CONSOLE, WORKER, Actor
from server.identity.sealing import Seal, new_key, seal_of
from server.queries import connections as queries
from server.records.connection import Secret
from server.records.logs import AuditEntry
from server.settings import Settings
from tests import databases

VALUE = "canary-4711"
ERP = {"url": "https://erp.example.org/v1", "authentication": "basic", "user": "ann", "password": "erp.password"}


@pytest.fixture
def seal(app: Flask) -> Seal:
    return Seal([new_key()])


def keep_erp(seal: Seal) -> None:
    secrets.keep(CONSOLE, seal, "erp.password", VALUE)
    connections.keep(CONSOLE, "erp", "http", ERP)


def test_a_kept_secret_reaches_the_worker_and_stands_nowhere_in_the_clear(seal: Seal) -> None:
    keep_erp(seal)
    opened = connections.use(WORKER, seal, "erp", "http")
    assert (opened.secret("password"), opened.setting("user")) == (VALUE, "ann")
    assert VALUE not in repr(opened)
    assert VALUE not in str(db.session.scalars(select(Secret.sealed)).all())
    assert VALUE not in str([vars(row) for row in db.session.scalars(select(AuditEntry))])


def test_a_secret_that_is_kept_again_has_the_new_value(seal: Seal) -> None:
    keep_erp(seal)
    secrets.keep(CONSOLE, seal, "erp.password", "another")
    assert connections.use(WORKER, seal, "erp", "http").secret("password") == "another"


def test_after_sealing_anew_the_old_key_is_not_needed_any_more(seal: Seal) -> None:
    old, new = new_key(), new_key()
    keep_erp(Seal([old]))
    assert secrets.seal_anew(CONSOLE, Seal([new, old])) == 1
    assert connections.use(WORKER, Seal([new]), "erp", "http").secret("password") == VALUE
    with pytest.raises(Invalid, match="cannot be opened"):
        connections.use(WORKER, Seal([old]), "erp", "http")


def test_a_sealed_value_under_another_name_is_refused(seal: Seal) -> None:
    keep_erp(seal)
    secrets.keep(CONSOLE, seal, "other", "other value")
    sealed = db.session.scalar(select(Secret.sealed).where(Secret.name == "other"))
    db.session.execute(update(Secret).where(Secret.name == "erp.password").values(sealed=sealed))
    db.session.connection().exec_driver_sql("COMMIT")
    with pytest.raises(Invalid, match="another name"):
        connections.use(WORKER, seal, "erp", "http")


def test_a_secret_that_a_connection_needs_stays(seal: Seal) -> None:
    keep_erp(seal)
    with pytest.raises(Conflict, match="erp"):
        secrets.remove(CONSOLE, "erp.password")
    connections.remove(CONSOLE, "erp")
    secrets.remove(CONSOLE, "erp.password")
    assert queries.secrets(CONSOLE) == ()


def test_the_list_names_who_needs_a_secret(seal: Seal) -> None:
    keep_erp(seal)
    (row,) = queries.secrets(CONSOLE)
    assert (row.name, row.used_by) == ("erp.password", ("erp",))


def test_nobody_but_administrators_keeps_or_lists_them(seal: Seal, ann: Actor, olga: Actor) -> None:
    keep_erp(seal)
    for actor in (ann, olga, WORKER):
        with pytest.raises(Forbidden):
            secrets.keep(actor, seal, "x", "y")
        with pytest.raises(Forbidden):
            connections.keep(actor, "x", "http", ERP)
        with pytest.raises(Forbidden):
            queries.secrets(actor)
        with pytest.raises(Forbidden):
            queries.connections(actor)
    with pytest.raises(Forbidden):
        connections.use(ann, seal, "erp", "http")


@pytest.mark.parametrize("name", ["", "Erp", "a b", "../x", "x" * 65])
def test_an_odd_name_is_refused(seal: Seal, name: str) -> None:
    with pytest.raises(Invalid, match="small letters"):
        secrets.keep(CONSOLE, seal, name, "y")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"password": "nobody"}, "password"),
        ({"url": ""}, "url"),
        ({"url": "ftp://x"}, "url"),
        ({"url": "https://u:p@x/"}, "url"),
        ({"authentication": "magic"}, "authentication"),
        ({"colour": "red"}, "colour"),
        ({"authority": "/there/is/no.pem"}, "authority"),
    ],
)
def test_a_wrong_field_of_a_connection_is_named(seal: Seal, changed: dict[str, str], field: str) -> None:
    secrets.keep(CONSOLE, seal, "erp.password", VALUE)
    with pytest.raises(Invalid) as caught:
        connections.keep(CONSOLE, "erp", "http", ERP | changed)
    assert [problem.element for problem in caught.value.problems] == [field]


def test_a_connection_is_for_its_own_connector_only(seal: Seal) -> None:
    keep_erp(seal)
    with pytest.raises(Invalid, match="of the http connector, not of mail"):
        connections.use(WORKER, seal, "erp", "mail")
    with pytest.raises(Conflict):
        connections.keep(CONSOLE, "erp", "mail", {"server": "x"})
    with pytest.raises(NotFound):
        connections.use(WORKER, seal, "nothing", "http")


@databases.ONLY_SQLITE
def test_without_a_setting_one_key_is_made_beside_the_database(settings: Settings, tmp_path: Path) -> None:
    sealed = seal_of(settings).close("a", VALUE)
    assert seal_of(settings).open("a", sealed) == VALUE
    assert (tmp_path / "secrets.key").stat().st_mode & 0o777 == 0o600


def test_in_production_no_key_is_made() -> None:
    with pytest.raises(Invalid, match="PROCESSION_SECRETS_KEYS"):
        seal_of(Settings(production=True, database_url="sqlite:////nowhere/x.sqlite"))


def test_keys_come_from_the_setting_or_from_the_lines_of_a_file(tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    file = tmp_path / "keys"
    file.write_text(f"{new}\n{old}\n", encoding="ascii")
    sealed = seal_of(Settings(secrets_keys=(old,))).close("a", VALUE)
    assert seal_of(Settings(secrets_key_file=str(file))).open("a", sealed) == VALUE


def test_what_is_no_key_is_told() -> None:
    with pytest.raises(Invalid, match="procession secret key"):
        seal_of(Settings(secrets_keys=("short",)))
