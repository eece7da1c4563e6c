"""SummaryWriter with the signatures of torch.utils.tensorboard's."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from ._monitor import TrainingMonitor
from ._notices import say_once

__all__ = ["SummaryWriter"]


class SummaryWriter:
    """Sends scalars, texts and hyperparameters to Trainyard. The run is named after the log folder."""

    def __init__(
        self,
        log_dir: str | os.PathLike[str] | None = None,
        comment: str = "",
        purge_step: int | None = None,
        max_queue: int = 10,
        flush_secs: int = 120,
        filename_suffix: str = "",
        *,
        monitor: TrainingMonitor | None = None,
    ) -> None:
        self.log_dir = os.fspath(log_dir) if log_dir else os.path.join("runs", time.strftime("%b%d_%H-%M-%S") + comment)
        self._owns = monitor is None
        self._monitor = monitor or TrainingMonitor(Path(self.log_dir).name or "run", tags={"log_dir": self.log_dir})
        self._steps: dict[str, int] = {}

    @property
    def monitor(self) -> TrainingMonitor:
        return self._monitor

    def get_logdir(self) -> str:
        return self.log_dir

    def add_scalar(
        self,
        tag: str,
        scalar_value: Any,
        global_step: int | None = None,
        walltime: float | None = None,
        new_style: bool = False,
        double_precision: bool = False,
    ) -> None:
        self._log({tag: scalar_value}, tag, global_step)

    def add_scalars(
        self, main_tag: str, tag_scalar_dict: Mapping[str, Any], global_step: int | None = None, walltime: float | None = None
    ) -> None:
        self._log({f"{main_tag}/{name}": value for name, value in tag_scalar_dict.items()}, main_tag, global_step)

    def add_text(self, tag: str, text_string: str, global_step: int | None = None, walltime: float | None = None) -> None:
        """The text becomes a line of the run's log."""
        at = "" if global_step is None else f" at step {global_step}"
        self._monitor.log_text(f"{tag}{at}: {text_string}")

    def add_hparams(
        self,
        hparam_dict: Mapping[str, Any],
        metric_dict: Mapping[str, Any],
        hparam_domain_discrete: Mapping[str, Any] | None = None,
        run_name: str | None = None,
        global_step: int | None = None,
    ) -> None:
        self._monitor.update_config(hparam_dict)
        self._monitor.set_final(metric_dict)

    def flush(self) -> None:
        """Returns at once: batches are sent every second anyway."""

    def close(self) -> None:
        if self._owns:
            self._monitor.finish()

    def __enter__(self) -> SummaryWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        if self._owns:
            self._monitor.__exit__(kind, value, trace)

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("add_"):
            raise AttributeError(name)
        say_once(f"SummaryWriter.{name}", "SummaryWriter.%s stores nothing: only scalars, texts and hparams are stored.", name)
        return _ignore

    def _log(self, values: Mapping[str, Any], counter: str, step: int | None) -> None:
        # Without steps, each tag has its own counter.
        known = self._steps.get(counter, 0) if step is None else step
        self._steps[counter] = int(known) + 1
        self._monitor.log_metrics(values, known)


def _ignore(*_: Any, **__: Any) -> None:
    return None
