"""G12: instances that a release left under way run to their end after every upgrade; older servers keep away."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select, text

from server import database
from server.database import db
from server.errors import Unavailable
from server.records.activity_instance import ActivityInstance
from server.settings import Settings
from tests import databases
from tests.proofs import outcomes, release
from tests.proofs.installation import Installation
from tests.proofs.playing import play
from tests.proofs.zoo import ANN, ENDS, ZOO

RELEASES = sorted((Path(__file__).parent / "releases").glob("*.sqlite"))


@pytest.fixture(params=["present", *RELEASES], ids=str)
def left(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database as a release has left it."""
    path = tmp_path / "release.sqlite"
    if request.param == "present":
        release.make(path)
    else:
        shutil.copy(request.param, path)
    return f"sqlite:///{path}"


def test_instances_that_a_release_left_under_way_run_to_their_end_in_the_version_they_began_in(left: str) -> None:
    with databases.running(Settings(database_url=left)):
        database.upgrade()
        assert outcomes.states()["active"] > 0
        play(ANN)
        assert outcomes.states() == {"completed": len(ENDS), "active": len(ZOO) - len(ENDS)}
        visited = set(db.session.scalars(select(ActivityInstance.element_key)))
        assert "otherwise" not in visited


def test_a_server_refuses_a_database_that_a_newer_one_has_upgraded(left: str, tmp_path: Path) -> None:
    with databases.running(Settings(database_url=left)):
        database.upgrade()
        db.session.execute(text("UPDATE alembic_version SET version_num = 'of_a_newer_one'"))
        db.session.commit()
        with pytest.raises(Unavailable, match="made by a newer version"):
            database.upgrade()
    with Installation(left, tmp_path) as installation:
        server = installation.start("", {}, "run", "--port", "0")
        assert server.process.wait(120) == 1
        assert "made by a newer version of Procession" in server.said()
