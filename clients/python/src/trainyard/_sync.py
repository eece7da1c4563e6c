"""Sends unsent entries on disk."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ._outbox import Outbox
from ._sender import Sender
from ._spool import spools
from ._transport import Transport


@dataclass
class SyncReport:
    sent: int = 0
    unsent: int = 0
    refused: int = 0
    in_use: list[Path] = field(default_factory=list)
    problem: str | None = None


def sync(directory: Path, transport: Callable[[], Transport], server: str, seconds: float = float("inf")) -> SyncReport:
    """Sends every writer's requests in order, with their original keys. Stops at the first one that the server does not accept now."""
    report = SyncReport()
    deadline = time.monotonic() + seconds
    for spool in spools(directory):
        if not spool.claim():
            report.in_use.append(spool.folder)
            continue
        outbox = Outbox(spool)
        outbox.adopt()
        before = outbox.entries
        if report.problem is None:
            sender = Sender(outbox, transport(), spool, server)
            sender.close(deadline)
            report.refused += sender.refused
            report.problem = sender.last_error if sender.failures else None
        report.sent += before - outbox.entries
        report.unsent += outbox.entries
        spool.release()
    report.sent -= report.refused
    return report
