"""Makes a database as this version leaves it, with instances under way, to be kept with the release: see releases/."""

import sys
from pathlib import Path

from server import database
from server.commands import deployments, process_instances
from server.database import db
from server.identity.actor import CONSOLE
from server.settings import Settings
from tests import databases
from tests.proofs import models
from tests.proofs.installation import settle
from tests.proofs.playing import next_moves
from tests.proofs.zoo import ANN, ZOO


def make(path: Path) -> None:
    """Each model of the zoo once at its first wait state and once a move further; then newer versions are deployed."""
    with databases.running(Settings(database_url=f"sqlite:///{path}")):
        database.upgrade()
        settle()
        for number, (_, source) in enumerate(ZOO.items()):
            own = source.replace(b'id="p"', f'id="p{number}"'.encode())
            deployments.deploy(CONSOLE, [(f"p{number}.bpmn", own)])
            process_instances.start(ANN, f"p{number}", {})
        for _ in range(len(ZOO) // 2):
            next_moves(ANN)[0]()
        for number in range(len(ZOO)):
            newer = models.row(f"p{number}", models.user_task("otherwise"))
            deployments.deploy(CONSOLE, [(f"p{number}.bpmn", newer)])
        db.session.rollback()
        db.session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
