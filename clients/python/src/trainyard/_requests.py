"""A request that waits to be sent, in memory or as a file, and is repeated byte for byte until it is answered."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

EVENTS = "/api/events/ml"
JSON = "application/json"


@dataclass(frozen=True)
class Request:
    """What is sent. ``entries`` is how many logged things it holds."""

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
        """The same events in two requests, under keys that are the same each time; nothing when it can't be divided.

        A request is refused whole when one of its events is, so dividing it saves the others.
        """
        if self.path != EVENTS or not self.key:
            return []
        events = json.loads(self.body)
        if not isinstance(events, list) or len(events) < 2:
            return []
        client, _, sequence = self.key.rpartition(":")
        middle = len(events) // 2
        # The number names the half and its length; the client, the request that was divided.
        return [
            replace(self, body=encode(part), key=f"{client}.{sequence}:{side}{len(part):06d}", entries=len(part))
            for side, part in ((1, events[:middle]), (2, events[middle:]))
        ]


def encode(events: list[dict[str, object]]) -> bytes:
    return json.dumps(events, separators=(",", ":"), allow_nan=False).encode()
