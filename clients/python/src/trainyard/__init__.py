"""Sends the metrics, checkpoints and state of a training script to Trainyard.

    from trainyard import TrainingMonitor

    with TrainingMonitor("my run", config={"lr": 0.001}) as monitor:
        monitor.log_metrics({"loss": 2.3}, step=1)

or, in a script written for another tracker:

    import trainyard as wandb
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _module
from ._accepted import Accepted
from ._checkpoints import Checkpoint
from ._errors import DeliveryError, TrainyardError, UsageError
from ._media import Audio, Histogram, Html, Image, Text
from ._module import Run, alert, config, finish, init, log, login, summary, util
from ._monitor import TrainingMonitor
from ._table import Table
from ._version import __version__

__all__ = [
    "Audio",
    "Checkpoint",
    "DeliveryError",
    "Histogram",
    "Html",
    "Image",
    "Run",
    "Table",
    "Text",
    "TrainingMonitor",
    "TrainyardError",
    "UsageError",
    "__version__",
    "alert",
    "config",
    "finish",
    "init",
    "log",
    "login",
    "summary",
    "util",
]

if not TYPE_CHECKING:
    # Hidden from type checkers, so that they report unknown names.
    def __getattr__(name: str) -> Any:
        if name == "run":
            return _module.current()
        if name.startswith("_"):
            raise AttributeError(f"module 'trainyard' has no attribute '{name}'")
        if name == "SummaryWriter":
            from .tensorboard import SummaryWriter

            return SummaryWriter
        return Accepted(name)
