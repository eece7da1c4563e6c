"""Messages to the person who reads the script's output, each of them once."""

from __future__ import annotations

import logging

logger = logging.getLogger("trainyard")

_said: set[str] = set()


def say(message: str, *arguments: object) -> None:
    logger.warning(message, *arguments)


def say_once(topic: str, message: str, *arguments: object) -> None:
    if topic not in _said:
        _said.add(topic)
        logger.warning(message, *arguments)


def forget() -> None:
    """Lets every message be given again; for tests."""
    _said.clear()
