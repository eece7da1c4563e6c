"""A callback for Keras: model.fit(..., callbacks=[TrainyardCallback()])."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._monitor import TrainingMonitor

try:
    from keras.callbacks import Callback
except ImportError:
    from tensorflow.keras.callbacks import Callback

__all__ = ["TrainyardCallback"]


class TrainyardCallback(Callback):
    """Logs each epoch, and each batch with log_batches=True. The run ends with the fit."""

    def __init__(self, monitor: TrainingMonitor | None = None, run_name: str | None = None, log_batches: bool = False) -> None:
        super().__init__()
        self._monitor = monitor
        self._owns = monitor is None
        self._run_name = run_name
        self._log_batches = log_batches
        self._batches = 0

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        config = {name: value for name, value in dict(self.params or {}).items() if isinstance(value, (int, float, str))}
        if self._monitor is None or (self._owns and self._monitor.finished):
            self._monitor = TrainingMonitor(self._run_name or getattr(self.model, "name", None) or "keras", config)
        else:
            self._monitor.update_config(config)

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        self._batches += 1
        if self._monitor is not None and self._log_batches and logs:
            self._monitor.log_metrics({f"batch/{name}": value for name, value in logs.items()}, self._batches)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        if self._monitor is not None and logs:
            self._monitor.log_metrics(logs, epoch)

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        if self._monitor is not None and self._owns:
            self._monitor.finish()
