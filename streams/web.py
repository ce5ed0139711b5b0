"""The worker's own port: /metrics, /healthz, /readyz, served from a thread of its own.

Not from the event loop: a blocked loop must be visible, and a scrape must not wait for it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue
from typing import Self

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

LOOP_SECONDS = 5.0
"""How long the event loop may take to run a callback before /healthz fails."""


class WebServer:
    """Serves a worker's metrics and health. Start it on the event loop whose health it reports.

    Args:
        host: address to bind; loopback unless told otherwise.
        port: port to bind; 0 takes a free one (`.port` says which).
        registry: what /metrics shows.
        ready: whether partitions are assigned and state is recovered; called on the event loop. Faust makes objects
            when first asked for them and binds them to the asking thread's loop, so no other thread may look at it.
        before_scrape: called before each /metrics, on the event loop.
    """

    def __init__(
        self,
        host: str,
        port: int,
        registry: CollectorRegistry,
        ready: Callable[[], bool],
        before_scrape: Callable[[], None] = lambda: None,
    ) -> None:
        self._registry, self._ready, self._before_scrape = registry, ready, before_scrape
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server = ThreadingHTTPServer((host, port), self._handler())
        self._server.daemon_threads = True
        self.host, self.port = host, self._server.server_address[1]

    def start(self) -> Self:
        """Begin to serve."""
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._server.serve_forever, name="web", daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop serving and free the port."""
        self._server.shutdown()
        self._server.server_close()

    def _on_loop(self, question: Callable[[], object]) -> bool:
        """Ask on the event loop; False if the answer is, or if there is none in time."""
        answers: SimpleQueue[object] = SimpleQueue()
        if self._loop is None or self._loop.is_closed():
            return False
        self._loop.call_soon_threadsafe(lambda: answers.put(question()))
        try:
            return bool(answers.get(timeout=LOOP_SECONDS))
        except Empty:
            return False

    def _respond(self, path: str, accept: str) -> tuple[int, str, bytes]:
        if path == "/metrics":
            self._on_loop(self._before_scrape)  # a loop that does not answer must not hide the metrics
            encode, content_type = choose_encoder(accept)
            return 200, content_type, encode(self._registry)
        checks = {"/healthz": (lambda: True, "event loop does not answer"), "/readyz": (self._ready, "not ready")}
        if path not in checks:
            return 404, "text/plain", b"try /metrics, /healthz or /readyz\n"
        check, complaint = checks[path]
        return (200, "text/plain", b"ok\n") if self._on_loop(check) else (503, "text/plain", f"{complaint}\n".encode())

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        respond = self._respond

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, content_type, body = respond(self.path.split("?", 1)[0], self.headers.get("Accept", ""))
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                """Scrapes are not worth a log line."""

        return Handler
