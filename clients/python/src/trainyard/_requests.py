"""A request waiting in memory or in a file. It is repeated byte for byte until it is answered."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from urllib.parse import quote

EVENTS = "/api/events/ml"
JSON = "application/json"


@dataclass(frozen=True)
class Request:
    """A request; ``entries`` is the number of logged entries in it."""

    method: str
    path: str
    body: bytes
    key: str | None
    entries: int
    content_type: str = JSON

    def headers(self) -> dict[str, str]:
        headers = {"Content-Type": self.content_type}
        if self.key:
            headers["Idempotency-Key"] = self.key
        return headers

    def to_bytes(self) -> bytes:
        head = {"method": self.method, "path": self.path, "key": self.key, "entries": self.entries, "content_type": self.content_type}
        return json.dumps(head).encode() + b"\n" + self.body

    @classmethod
    def from_bytes(cls, content: bytes) -> Request:
        head, _, body = content.partition(b"\n")
        members = json.loads(head)
        return cls(members["method"], members["path"], body, members["key"], members["entries"], members["content_type"])

    def halves(self) -> list[Request]:
        """Splits the events into two requests with deterministic keys; empty if it can't be split.

        The server refuses a request if one of its events is invalid, so splitting saves the others.
        """
        if self.path != EVENTS or not self.key:
            return []
        events = json.loads(self.body)
        if not isinstance(events, list) or len(events) < 2:
            return []
        client, _, sequence = self.key.rpartition(":")
        middle = len(events) // 2
        # The client part names the divided request, the number the half and its length.
        return [
            replace(self, body=encode(part), key=f"{client}.{sequence}:{side}{len(part):06d}", entries=len(part))
            for side, part in ((1, events[:middle]), (2, events[middle:]))
        ]


def upload(run_id: str, path: str, content: bytes) -> Request:
    """Stores a file among the run's artifacts."""
    return Request("PUT", f"/api/artifacts/models/{run_id}/{quote(path)}", content, None, 1, "application/octet-stream")


def encode(events: list[dict[str, object]]) -> bytes:
    return json.dumps(events, separators=(",", ":"), allow_nan=False).encode()
