"""A callback for PyTorch Lightning: Trainer(..., callbacks=[TrainyardCallback()])."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._monitor import TrainingMonitor

try:
    from lightning.pytorch import Callback
except ImportError:
    from pytorch_lightning import Callback

__all__ = ["TrainyardCallback"]


class TrainyardCallback(Callback):
    """Logs the values of self.log and the module's hyperparameters. The run ends with the fit."""

    def __init__(self, monitor: TrainingMonitor | None = None, run_name: str | None = None) -> None:
        super().__init__()
        self._monitor = monitor
        self._owns = monitor is None
        self._run_name = run_name

    def on_fit_start(self, trainer: Any, pl_module: Any) -> None:
        if not trainer.is_global_zero:
            return
        config = dict(getattr(pl_module, "hparams", None) or {})
        if self._monitor is None or (self._owns and self._monitor.finished):
            self._monitor = TrainingMonitor(self._run_name or type(pl_module).__name__, config)
        else:
            self._monitor.update_config(config)

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        if trainer.global_step % max(int(getattr(trainer, "log_every_n_steps", 1) or 1), 1) == 0:
            self._log(trainer, trainer.logged_metrics)

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        self._log(trainer, {**trainer.callback_metrics, "epoch": trainer.current_epoch})

    def on_validation_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        if not trainer.sanity_checking:
            self._log(trainer, trainer.callback_metrics)

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        if self._monitor is not None and self._owns:
            self._monitor.__exit__(type(exception), exception, exception.__traceback__)

    def on_fit_end(self, trainer: Any, pl_module: Any) -> None:
        if self._monitor is not None and self._owns:
            self._monitor.finish()

    def _log(self, trainer: Any, metrics: Mapping[str, Any]) -> None:
        if self._monitor is not None and trainer.is_global_zero and metrics:
            self._monitor.log_metrics(metrics, trainer.global_step)
