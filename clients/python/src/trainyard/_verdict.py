"""Decides from an answer whether a request is done, refused or retried."""

from __future__ import annotations

import enum
import http.client
from collections.abc import Callable
from dataclasses import dataclass

from ._limits import BACK_OFF_SECONDS, LONGEST_WAIT_SECONDS
from ._requests import Request
from ._transport import Answer

# The key may be corrected while the script runs, so keep the request.
_KEY_STATUSES = frozenset((401, 403))
_LATER_STATUSES = frozenset((408, 425, 429))


class Verdict(enum.Enum):
    STORED = "stored"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    verdict: Verdict
    reason: str = ""
    wait: float | None = None


def judge(answer: Answer) -> Outcome:
    if 200 <= answer.status < 300:
        return Outcome(Verdict.STORED)
    if answer.status in _KEY_STATUSES or answer.status in _LATER_STATUSES or answer.status >= 500:
        return Outcome(Verdict.LATER, answer.reason, answer.retry_after)
    return Outcome(Verdict.REFUSED, answer.reason)


def try_once(send: Callable[[Request], Answer], request: Request) -> Outcome:
    try:
        return judge(send(request))
    except (OSError, http.client.HTTPException) as fault:
        return Outcome(Verdict.LATER, f"{type(fault).__name__}: {fault}")


def back_off(failures: int, asked: float | None) -> float:
    """Seconds until the next try after a number of failures in a row, or the server's Retry-After if longer."""
    planned = BACK_OFF_SECONDS[min(max(failures, 1), len(BACK_OFF_SECONDS)) - 1]
    return min(max(planned, asked or 0.0), LONGEST_WAIT_SECONDS)
