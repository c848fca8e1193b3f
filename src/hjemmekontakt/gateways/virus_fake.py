"""The virus scanner's stand-in: speaks clamd's protocol on this machine, and finds the test string of EICAR alone."""

import socketserver
import threading

from hjemmekontakt.gateways.virus import PONG, TOO_LARGE

HOST = "127.0.0.1"
# The harmless string that every scanner reports as a virus; in two parts, so that none reports this file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = "Eicar-Signature"
LARGEST = 25 * 1024 * 1024


class FakeClamd(socketserver.ThreadingTCPServer):
    """A scanner on a port of its own; port 0 takes a free one. A file over `largest` bytes is not scanned."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, *, port: int = 0, largest: int = LARGEST) -> None:
        super().__init__((HOST, port), _Conversation)
        self.largest = largest

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"tcp://{HOST}:{self.server_address[1]}"


def start(*, port: int = 0, largest: int = LARGEST) -> FakeClamd:
    """Start the scanner, until `shutdown()`."""
    server = FakeClamd(port=port, largest=largest)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server


class _Conversation(socketserver.StreamRequestHandler):
    """One question and its answer, as clamd holds it."""

    server: FakeClamd
    timeout = 60

    def handle(self) -> None:
        command = self._command()
        answer = {b"zPING": lambda: PONG, b"zINSTREAM": self._scan}.get(command, lambda: "UNKNOWN COMMAND")()
        self.wfile.write(answer.encode() + b"\0")

    def _command(self) -> bytes:
        heard = b""
        while (letter := self.rfile.read(1)) not in (b"\0", b"\n", b"") and len(heard) < 32:
            heard += letter
        return heard

    def _scan(self) -> str:
        content = bytearray()
        while length := int.from_bytes(self.rfile.read(4), "big"):
            if len(content) + length > self.server.largest:
                return f"{TOO_LARGE}. ERROR"
            content += self.rfile.read(length)
        return f"stream: {SIGNATURE} FOUND" if EICAR in content else "stream: OK"
