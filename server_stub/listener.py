"""Hear of acts that another process applied: PostgreSQL's LISTEN, on one connection and one thread of its own."""

import logging
import selectors
import socket
import threading
from collections.abc import Callable

import psycopg
from sqlalchemy import Engine, make_url

from server_stub.feed import CHANNEL

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0


class Listener:
    """Calls `on_head` whenever a process has moved the feed. Between two connections the live hub's own look helps."""

    def __init__(self, engine: Engine, on_head: Callable[[int], None]) -> None:
        url = make_url(engine.url).set(drivername="postgresql")
        self._address = url.render_as_string(hide_password=False)
        self._on_head = on_head
        self._ending = threading.Event()
        # What wakes the thread at its end: it sleeps on sockets.
        self._waker, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, name="listener", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no more."""
        self._ending.set()
        self._waker.close()
        self._thread.join()
        self._woken.close()

    def _serve(self) -> None:
        while not self._ending.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                log.warning("not listening to the database: %s", type(error).__name__)
                self._ending.wait(LOOK_SECONDS)

    def _listen(self) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection, selectors.DefaultSelector() as sockets:
            connection.execute(f"LISTEN {CHANNEL}")
            sockets.register(connection.fileno(), selectors.EVENT_READ)
            sockets.register(self._woken, selectors.EVENT_READ)
            while not self._ending.is_set():
                sockets.select(LOOK_SECONDS)
                for note in connection.notifies(timeout=0):
                    self._on_head(int(note.payload))
