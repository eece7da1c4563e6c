"""What the client raises.

TrainyardError
├── UsageError        a call that can't be right, such as an address that is none
└── DeliveryError     with strict=True: the server can't be reached, or it refused something
"""

from __future__ import annotations


class TrainyardError(Exception):
    """The root of everything this package raises."""


class UsageError(TrainyardError, ValueError):
    """The call can't be right."""


class DeliveryError(TrainyardError):
    """Something did not reach the server. Raised only with strict=True."""
