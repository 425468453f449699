"""A stretch of wire between a server and its PostgreSQL that can be cut just when a commit has been done."""

import select
import socket
import threading
from pathlib import Path
from typing import Self

_COMMIT = b"COMMIT\x00"


class Wire:
    """Passes on what comes at `port` to the PostgreSQL socket *server*, each connection by a thread of its own.

    While `cuts` is set, whoever commits is cut off after the database has done it and before the answer gets through.
    """

    def __init__(self, server: Path) -> None:
        self._server = server
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = [self._listening]
        self.port: int = self._listening.getsockname()[1]
        self.cuts = threading.Event()
        self.cut = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for end in self._open:
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            self._open += [near, far]
            try:
                far.connect(str(self._server))
            except OSError:
                near.close()
                continue
            threading.Thread(target=self._pass_on, args=(near, far), daemon=True).start()

    def _pass_on(self, near: socket.socket, far: socket.socket) -> None:
        with near, far:
            while True:
                try:
                    ready, _, _ = select.select([near, far], [], [])
                    for end, other in ((near, far), (far, near)):
                        if end in ready and not self._moved(end, other, near):
                            return
                except (OSError, ValueError):
                    return

    def _moved(self, end: socket.socket, other: socket.socket, near: socket.socket) -> bool:
        """Whether the connection still stands after what came has gone on."""
        content = end.recv(65536)
        other.sendall(content)
        if end is near and _COMMIT in content and self.cuts.is_set():
            other.recv(65536)  # the database has answered: it is done
            self.cut += 1
            return False
        return bool(content)
