"""gunicorn's threads, taking turns; and requests put aside: one that waits for external tasks holds no thread."""

import io
import socket
import threading
from contextlib import nullcontext
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from server import bell, database
from server.api.long_polls import PARKS, POLL, LongPolls, Parked, long_polls
from server.bell import Bell
from server.cli.turns import Turns

_ASIDE = object()  # what became of a request that was put aside


class ParkingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn is not typed
    """Puts aside a request that raises `Parked`, and carries it out once more when its poll is woken."""

    def init_process(self) -> None:
        self._here = threading.local()
        self._parked: dict[Any, tuple[Any, Parked]] = {}  # by connection: the request with what it raised
        super().init_process()

    def load_wsgi(self) -> None:
        """Have the application know, by the environment of a request, that this one can be put aside."""
        super().load_wsgi()
        self.application: Any = self.wsgi  # type: ignore[has-type]  # gunicorn is not typed
        self.wsgi = self._answer
        with self.application.app_context():
            # Others wait for a database that may be far away, and had better do so at once.
            self._turn = Turns().turn if database.has_one_writer() else nullcontext

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Any:
        environ[PARKS] = getattr(self._here, "parks", False)
        environ[POLL] = getattr(self._here, "poll", None)
        with self._turn():
            return self.application(environ, start_response)

    @property
    def _polls(self) -> LongPolls:
        return long_polls(self.application)

    def handle(self, conn: Any) -> Any:
        """In a thread: a new request, or one that was put aside."""
        try:
            return self._once_more(conn) if conn in self._parked else super().handle(conn)
        except Parked:
            return _ASIDE

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Raises Parked for a request that is to be put aside. Those of HTTP/2 take another way, and never are."""
        self._here.parks = True
        try:
            return super().handle_request(req, conn)
        except Parked as parked:
            self._parked[conn] = (req, parked)
            raise
        finally:
            self._here.parks, self._here.poll = False, None

    def _once_more(self, conn: Any) -> Any:
        req, parked = self._parked.pop(conn)
        body, self._here.poll = req.body, parked.poll
        req.body = io.BytesIO(parked.body)
        try:
            keeps_alive = self.handle_request(req, conn)
        except OSError:
            return False
        except Exception as error:
            self.handle_error(req, conn.sock, conn.client, error)
            return False
        finally:
            req.body = body
        return self._keepalive_after(conn, keeps_alive)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """In the main thread: what was put aside stays so until it is woken."""
        if not fs.cancelled() and fs.exception() is None and fs.result() is _ASIDE:
            _, parked = self._parked[conn]
            parked.poll.sleep(lambda: self.method_queue.defer(self._resume, conn))
            return
        super().finish_request(conn, fs)

    def _resume(self, conn: Any) -> None:
        """In the main thread: carry it out once more, unless whoever asked has gone: nothing is locked for nobody."""
        if not _has_gone(conn.sock):
            self.enqueue_req(conn)
            return
        _, parked = self._parked.pop(conn)
        self._polls.forget(parked.poll)
        self.nr_conns -= 1
        conn.close()
        bell.ring_here(Bell.EXTERNAL_TASKS)  # somebody else may want what it was woken for

    def handle_exit(self, sig: Any, frame: Any) -> None:
        """Asked to stop: nobody waits any longer."""
        if self.alive:
            self.method_queue.defer(self._polls.close)
        super().handle_exit(sig, frame)


def _has_gone(sock: Any) -> bool:
    """Whether the other end has closed the connection."""
    try:
        return bool(sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b"")
    except (BlockingIOError, ValueError):  # nothing has come; or it is encrypted, and nobody can look
        return False
    except OSError:
        return True
