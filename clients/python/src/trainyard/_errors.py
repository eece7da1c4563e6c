"""The client's exceptions.

TrainyardError
├── UsageError        an invalid argument or setting, such as a malformed address
└── DeliveryError     with strict=True: entries were not delivered, or refused
"""

from __future__ import annotations


class TrainyardError(Exception):
    """Base class of all exceptions of this package."""


class UsageError(TrainyardError, ValueError):
    """An argument or setting is invalid."""


class DeliveryError(TrainyardError):
    """Entries were not delivered or were refused. Raised only with strict=True."""
