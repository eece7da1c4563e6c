"""HTTP with the standard library only."""

from __future__ import annotations

import http.client
import json
import ssl
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from ._limits import ANSWER_SECONDS
from ._requests import Request
from ._version import __version__

_AS_IF_CLOSED = (http.client.RemoteDisconnected, http.client.CannotSendRequest, BrokenPipeError, ConnectionResetError)


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = b""
    retry_after: float | None = None
    location: str | None = None

    @property
    def code(self) -> str | None:
        """The code of Trainyard's errors; None in an answer of another server."""
        code = self._problem().get("code")
        return code if isinstance(code, str) else None

    @property
    def reason(self) -> str:
        """The server's error message, for display."""
        problem = self._problem()
        if message := problem.get("message") or problem.get("detail") or problem.get("title"):
            return f"{self.status} {self.code}: {message}" if self.code else f"{self.status}: {message}"
        return f"{self.status} {self.body[:200].decode('utf-8', 'replace')}".strip()

    def _problem(self) -> dict[str, Any]:
        try:
            problem = json.loads(self.body)
        except ValueError:
            return {}
        return problem if isinstance(problem, dict) else {}


class Transport(Protocol):
    """Sends one request. Raises OSError or http.client.HTTPException without an answer."""

    def send(self, request: Request, timeout: float = ANSWER_SECONDS) -> Answer: ...

    def close(self) -> None: ...


class HttpTransport:
    """One kept-alive connection, used by one thread at a time."""

    def __init__(self, url: str, api_key: str | None) -> None:
        parts = urlsplit(url)
        self._host, self._port, self._tls = parts.hostname or "", parts.port, parts.scheme == "https"
        self._prefix = parts.path.rstrip("/")
        self._headers = {"User-Agent": f"trainyard-python/{__version__}", "Accept": "application/json"}
        if api_key:
            self._headers["X-Api-Key"] = api_key
        self._connection: http.client.HTTPConnection | None = None

    def send(self, request: Request, timeout: float = ANSWER_SECONDS) -> Answer:
        reused = self._connection is not None
        try:
            return self._exchange(request, timeout)
        except _AS_IF_CLOSED:
            # The server may have closed an idle connection: retry on a new one.
            if not reused:
                raise
        return self._exchange(request, timeout)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _exchange(self, request: Request, timeout: float) -> Answer:
        connection = self._connection or self._connect(timeout)
        try:
            if connection.sock is not None:
                connection.sock.settimeout(timeout)
            connection.request(request.method, self._prefix + request.path, request.body, {**self._headers, **request.headers()})
            response = connection.getresponse()
            body = response.read()
        except BaseException:
            self.close()
            raise
        if response.will_close:
            self.close()
        return Answer(response.status, body, _seconds(response.headers.get("Retry-After")), response.headers.get("Location"))

    def _connect(self, timeout: float) -> http.client.HTTPConnection:
        if self._tls:
            context = ssl.create_default_context()
            self._connection = http.client.HTTPSConnection(self._host, self._port, timeout=timeout, context=context)
        else:
            self._connection = http.client.HTTPConnection(self._host, self._port, timeout=timeout)
        return self._connection


def _seconds(text: str | None) -> float | None:
    try:
        return max(0.0, float(text)) if text else None
    except ValueError:
        return None
