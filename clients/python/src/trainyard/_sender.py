"""The thread that sends the outbox's requests one at a time until the server has them."""

from __future__ import annotations

import threading
import time

from ._limits import ANSWER_SECONDS, EXIT_SECONDS, MAX_EXIT_SECONDS, UPLOAD_PAUSE_SECONDS, UPLOAD_TRIES
from ._notices import say, say_once
from ._outbox import Outbox
from ._requests import Request
from ._spool import Spool
from ._transport import Answer, Transport
from ._verdict import Outcome, Verdict, back_off, try_once

_POLL_SECONDS = 1.0


class Sender:
    """Any thread may read its attributes."""

    def __init__(self, outbox: Outbox, transport: Transport, spool: Spool, server: str) -> None:
        self._outbox = outbox
        self._transport = transport
        self._spool = spool
        self._server = server
        self._closing = threading.Event()
        self._deadline = float("inf")
        self._thread = threading.Thread(target=self._run, name="trainyard-sender", daemon=True)
        self.failures = 0
        self._refused_keys: set[tuple[str, str | None]] = set()
        self.refused = 0
        self.last_error: str | None = None

    def start(self) -> None:
        self._thread.start()

    def close(self, deadline: float) -> None:
        """Sends the remaining requests until the deadline (time.monotonic), or longer while the server accepts them."""
        self._deadline = deadline
        self._closing.set()
        self._outbox.wake()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._join(deadline)
        elif self._thread.ident is None:
            self._run()

    def _join(self, deadline: float) -> None:
        limit = deadline + MAX_EXIT_SECONDS - EXIT_SECONDS
        left = self._outbox.entries
        while self._thread.is_alive() and (now := time.monotonic()) < deadline:
            self._thread.join(min(_POLL_SECONDS, deadline - now))
            if self._outbox.entries < left:
                left = self._outbox.entries
                deadline = self._deadline = min(max(deadline, time.monotonic() + EXIT_SECONDS), limit)

    def _run(self) -> None:
        try:
            while self._step():
                pass
        finally:
            self._transport.close()

    def _step(self) -> bool:
        request = self._outbox.take(0.0 if self._closing.is_set() else _POLL_SECONDS)
        if request is None:
            return not self._closing.is_set()
        if self._closing.is_set() and time.monotonic() >= self._deadline:
            return False
        outcome = self._try(request)
        if outcome.verdict is Verdict.LATER:
            return self._wait(outcome)
        if outcome.verdict is Verdict.REFUSED:
            outcome = self._divide(request, outcome)
            if outcome.verdict is Verdict.LATER:
                return self._wait(outcome)
        if self.failures:
            say("%s answers again; %d entries are unsent.", self._server, max(0, self._outbox.entries - request.entries))
            self.failures = 0
        self._outbox.done()
        return True

    def _try(self, request: Request) -> Outcome:
        outcome = try_once(self._send, request)
        for _ in range(UPLOAD_TRIES):
            if not outcome.unknown_run:
                break
            time.sleep(UPLOAD_PAUSE_SECONDS)
            outcome = try_once(self._send, request)
        return outcome

    def _send(self, request: Request) -> Answer:
        left = self._deadline - time.monotonic()
        return self._transport.send(request, max(0.1, min(ANSWER_SECONDS, left)))

    def _wait(self, outcome: Outcome) -> bool:
        self.failures += 1
        self.last_error = outcome.reason
        if self.failures == 1:
            say("%s does not accept entries (%s). Training continues; entries are kept and sent later.", self._server, outcome.reason)
        if self._closing.is_set():
            return False
        if self._closing.wait(back_off(self.failures, outcome.wait)):
            # Try once more before the rest goes to disk.
            return self.failures < 2 or time.monotonic() < self._deadline
        return True

    def _divide(self, request: Request, refused: Outcome) -> Outcome:
        """Sends the halves of a refused request, so that one invalid event does not block the others."""
        halves = request.halves()
        if not halves:
            self._refuse(request, refused.reason)
            return Outcome(Verdict.STORED)
        for half in halves:
            outcome = try_once(self._send, half)
            if outcome.verdict is Verdict.REFUSED:
                outcome = self._divide(half, outcome)
            if outcome.verdict is Verdict.LATER:
                return outcome
        return Outcome(Verdict.STORED)

    def _refuse(self, request: Request, reason: str) -> None:
        if (request.path, request.key) in self._refused_keys:
            return
        self._refused_keys.add((request.path, request.key))
        self.refused += request.entries
        self.last_error = reason
        try:
            self._spool.refuse(request, reason)
            kept = f"; they are saved in {self._spool.folder}"
        except OSError:
            kept = ""
        say_once(f"refused {reason}", "%s refused entries (%s)%s.", self._server, reason, kept)
