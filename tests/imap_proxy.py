"""A man in the middle of an IMAP connection: writes down what the client says, and answers for the server at will."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Answer = Callable[[str, list[str]], str | None]
"""From a command (without its tag) and those before it to the answer in the server's place, its last line with the tag;
None lets it pass, an empty one breaks the connection."""


@dataclass
class Proxy:
    """A proxy that listens; `said` are the commands of all connections, in upper case, without tags."""

    port: int
    said: list[str] = field(default_factory=list)

    def count(self, word: str) -> int:
        return sum(word in command for command in self.said)


@contextmanager
def proxy(server_port: int, answer: Answer = lambda command, before: None) -> Iterator[Proxy]:
    """Listens on a free port and passes everything on to `server_port`, without TLS."""
    listener = socket.create_server(("127.0.0.1", 0))
    running = Proxy(listener.getsockname()[1])

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", server_port))
                threading.Thread(target=_pump, args=(server, client), daemon=True).start()
                threading.Thread(target=_listen, args=(client, server, running, answer), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield running
    finally:
        listener.close()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


def _listen(client: socket.socket, server: socket.socket, running: Proxy, answer: Answer) -> None:
    before: list[str] = []
    with suppress(OSError, ValueError):
        for line in client.makefile("rb"):
            tag, _, command = line.decode("utf-8", "replace").strip().partition(" ")
            reply = answer(command.upper(), before)
            before.append(command.upper())
            running.said.append(command.upper())
            if reply == "":
                break
            if reply is None:
                server.sendall(line)
            else:
                *untagged, last = reply.split("\n")
                client.sendall("".join(f"{text}\r\n" for text in (*untagged, f"{tag} {last}")).encode())
    for end in (client, server):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
