"""A connection to a service that breaks where a test says so."""

import socket
from collections import deque
from contextlib import contextmanager, suppress
from threading import Thread
from urllib.parse import urlsplit

from service.serving import listen


class Wire:
    """A connection to the service that is cut after so many bytes of each answer, as `cuts` has it."""

    def __init__(self, upstream, cuts):
        self._upstream = urlsplit(upstream)
        self._cuts = deque(cuts)
        self._listening = listen("127.0.0.1")
        self.address = "http://{}:{}".format(*self._listening.getsockname())
        self.connections = 0

    def carry(self):
        """Carry one connection after the other, until the wire is closed."""
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            with near, socket.create_connection((self._upstream.hostname, self._upstream.port)) as far:
                self.connections += 1
                there = Thread(target=_copy, args=(near, far, None))
                there.start()
                _copy(far, near, self._cuts.popleft() if self._cuts else None)
                there.join()

    def close(self):
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


def _copy(source, sink, most):
    """Carry bytes from one end to the other until either is closed or so many have been carried."""
    left = most
    with suppress(OSError):
        while (data := source.recv(65_536 if left is None else min(65_536, left))) and left != 0:
            sink.sendall(data)
            left = left if left is None else left - len(data)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def wire(upstream, *cuts):
    carried = Wire(upstream, cuts)
    carrying = Thread(target=carried.carry)
    carrying.start()
    try:
        yield carried
    finally:
        carried.close()
        carrying.join(30)
        assert not carrying.is_alive()
