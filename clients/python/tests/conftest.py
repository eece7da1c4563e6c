"""A real server, and small fake ones that misbehave."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable

import pytest

CLIENT = Path(__file__).parents[1]
SOURCE = CLIENT / "src"
SAMPLES = CLIENT.parents[1] / "samples/python"
STANDALONE = CLIENT.parents[1] / "artifacts/bin/Standalone/release/Trainyard.Standalone.dll"
START_SECONDS = 90.0
WAIT_SECONDS = 30.0

sys.path.insert(0, str(SOURCE))

from trainyard import _module, _notices  # noqa: E402


class Live:
    """A running Trainyard."""

    def __init__(self, url: str) -> None:
        self.url = url

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.url}/api{path}", timeout=WAIT_SECONDS) as answer:
            return json.load(answer)

    def post(self, path: str, body: Any) -> Any:
        request = urllib.request.Request(f"{self.url}/api{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as answer:
            return json.load(answer)

    def run(self, run_id: str) -> Any:
        return self.get(f"/runs/{run_id}")

    def points(self, run_id: str, name: str) -> list[tuple[int, Any]]:
        series = self.get(f"/runs/{run_id}/metrics?keys={name}&max_points=10000")["series"]
        return [(point["step"], point["value"]) for one in series for point in one["points"]]

    def media(self, run_id: str) -> list[dict[str, Any]]:
        return list(self.get(f"/runs/{run_id}/media")["media"])

    def log(self, run_id: str) -> list[tuple[str, str]]:
        return [(line["level"], line["message"]) for line in self.get(f"/runs/{run_id}/logs?limit=1000")["logs"]]


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The built Standalone, or the server at TRAINYARD_TEST_URL."""
    if given := os.environ.get("TRAINYARD_TEST_URL"):
        yield Live(given.rstrip("/"))
        return
    if not STANDALONE.exists():
        pytest.skip("Standalone is not built: dotnet build Standalone -c Release")
    data = tmp_path_factory.mktemp("data")
    settings = {"APP__DATA_ROOT": str(data), "APP__CORPUS_ROOT": str(data), "OUTBOUND__ALLOWED_NETWORKS": "127.0.0.0/8"}
    environment = {**os.environ, "ASPNETCORE_URLS": "http://127.0.0.1:0", **settings}
    log = data / "standalone.log"
    with log.open("wb") as output:
        process = subprocess.Popen(["dotnet", str(STANDALONE)], cwd=data, env=environment, stdout=output, stderr=output)
    try:
        yield Live(_address(process, log))
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    listening = "Now listening on: "
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        text = log.read_text(errors="replace")
        if listening in text:
            return text.split(listening)[1].split()[0].split('"')[0].rstrip("/,")
        time.sleep(0.1)
    raise RuntimeError(f"Standalone did not start:\n{log.read_text(errors='replace')}")


class Fake:
    """A server that gives a test's answers and records the requests."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answer: Callable[[int, bytes], tuple[int, bytes]] = lambda number, body: (202, b"{}")
        self.released = threading.Event()
        self.released.set()
        self._changed = threading.Condition()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                fake.released.wait(WAIT_SECONDS)
                with fake._changed:
                    fake.requests.append((self.command, self.path, dict(self.headers), body))
                    status, content = fake.answer(len(fake.requests), body)
                    fake._changed.notify_all()
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:
                    self.close_connection = True

            do_PUT = do_POST

            def log_message(self, *_: object) -> None:
                return None

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def wait_for(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, WAIT_SECONDS), f"{len(self.requests)} requests came"

    def events(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Events of accepted and refused requests, in order."""
        found = [event for _, path, _, body in self.requests if path == "/api/events/ml" for event in json.loads(body)]
        return [event for event in found if kind in (None, event["event"])]

    def idempotency_keys(self) -> list[str]:
        return [headers["Idempotency-Key"] for _, path, headers, _ in self.requests if path == "/api/events/ml"]

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def fake() -> Iterator[Fake]:
    server = Fake()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Isolates the tests' notices, settings and runs."""
    for name in list(os.environ):
        if name.startswith(("TRAINYARD_", "RANK", "WORLD_SIZE", "LOCAL_RANK")) and name != "TRAINYARD_TEST_URL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("TRAINYARD_DIR", str(tmp_path / "spool"))
    _notices.forget()
    yield
    if (active := _module.current()) is not None:
        active.finish()


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


def script(source: str | Path, folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Python runs the source or the file, with the package on its path."""
    variables = {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONUNBUFFERED": "1", **environment}
    pipe = subprocess.PIPE
    code = [str(source)] if isinstance(source, Path) else ["-c", source]
    return subprocess.Popen(
        [sys.executable, *code, *arguments], cwd=folder, env=variables, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    )
