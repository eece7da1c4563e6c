"""Decides from an answer whether a request is done, refused or retried."""

from __future__ import annotations

import enum
import http.client
from collections.abc import Callable
from dataclasses import dataclass

from ._limits import BACK_OFF_SECONDS, LONGEST_WAIT_SECONDS
from ._requests import EVENTS, Request
from ._transport import Answer

# The key may be corrected while the script runs, so keep the request.
_KEY_STATUSES = frozenset((401, 403))
_LATER_STATUSES = frozenset((408, 425, 429))
_NO_SUCH_ENDPOINT = frozenset((404, 405))
_ACCEPTED = 202


class Verdict(enum.Enum):
    STORED = "stored"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    verdict: Verdict
    reason: str = ""
    wait: float | None = None
    # Refused because the run of a file is unknown: a server with a broker may create it a moment later.
    unknown_run: bool = False


def judge(answer: Answer, request: Request) -> Outcome:
    if request.path == EVENTS and _is_of_another_server(answer):
        moved = f", which redirects to {answer.location}" if answer.location else ""
        return Outcome(Verdict.LATER, f"{answer.status}: this is not the address of a Trainyard server{moved}")
    if 200 <= answer.status < 300:
        return Outcome(Verdict.STORED)
    if answer.status in _KEY_STATUSES or answer.status in _LATER_STATUSES or answer.status >= 500:
        return Outcome(Verdict.LATER, answer.reason, answer.retry_after)
    return Outcome(Verdict.REFUSED, answer.reason, unknown_run=request.path != EVENTS and answer.code == "RUN_NOT_FOUND")


def try_once(send: Callable[[Request], Answer], request: Request) -> Outcome:
    try:
        return judge(send(request), request)
    except http.client.InvalidURL as fault:
        return Outcome(Verdict.REFUSED, f"{type(fault).__name__}: {fault}")
    except (OSError, http.client.HTTPException) as fault:
        return Outcome(Verdict.LATER, f"{type(fault).__name__}: {fault}")
    except ValueError as fault:
        # It has characters that HTTP can't carry. Sending it again would block all later requests.
        return Outcome(Verdict.REFUSED, f"{type(fault).__name__}: {fault}")


def _is_of_another_server(answer: Answer) -> bool:
    """Whether a wrong address was given: Trainyard accepts events with 202, does not redirect, and its errors have a code."""
    if 200 <= answer.status < 300:
        return answer.status != _ACCEPTED
    return answer.code is None and (300 <= answer.status < 400 or answer.status in _NO_SUCH_ENDPOINT)


def back_off(failures: int, asked: float | None) -> float:
    """Seconds until the next try after a number of failures in a row, or the server's Retry-After if longer."""
    planned = BACK_OFF_SECONDS[min(max(failures, 1), len(BACK_OFF_SECONDS)) - 1]
    return min(max(planned, asked or 0.0), LONGEST_WAIT_SECONDS)
