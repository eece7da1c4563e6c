"""Warnings in the script's output, each of them once."""

from __future__ import annotations

import logging

logger = logging.getLogger("trainyard")

_shown: set[str] = set()


def say(message: str, *arguments: object) -> None:
    logger.warning(message, *arguments)


def say_once(topic: str, message: str, *arguments: object) -> None:
    if topic not in _shown:
        _shown.add(topic)
        logger.warning(message, *arguments)


def forget() -> None:
    """Allows every message again; for tests."""
    _shown.clear()
