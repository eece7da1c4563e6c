"""Sends the metrics, checkpoints and state of a training script to Trainyard.

    from trainyard import TrainingMonitor

    with TrainingMonitor("my run", config={"lr": 0.001}) as monitor:
        monitor.log_metrics({"loss": 2.3}, step=1)
"""

from __future__ import annotations

from ._checkpoints import Checkpoint
from ._errors import DeliveryError, TrainyardError, UsageError
from ._monitor import TrainingMonitor
from ._version import __version__

__all__ = ["Checkpoint", "DeliveryError", "TrainingMonitor", "TrainyardError", "UsageError", "__version__"]
