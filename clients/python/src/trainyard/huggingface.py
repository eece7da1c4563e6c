"""A callback for transformers' Trainer: Trainer(..., callbacks=[TrainyardCallback()])."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transformers import TrainerCallback

from ._monitor import TrainingMonitor

__all__ = ["TrainyardCallback"]


class TrainyardCallback(TrainerCallback):
    """Logs the Trainer's logs and checkpoints, and its arguments as config. The run ends with the training."""

    def __init__(self, monitor: TrainingMonitor | None = None, run_name: str | None = None) -> None:
        self._monitor = monitor
        self._owns = monitor is None
        self._run_name = run_name

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if not state.is_world_process_zero:
            return
        config = args.to_sanitized_dict()
        if (model := getattr(kwargs.get("model"), "config", None)) is not None:
            config = {**model.to_dict(), **config}
        if self._monitor is None or (self._owns and self._monitor.finished):
            name = self._run_name or getattr(args, "run_name", None) or args.output_dir
            self._monitor = TrainingMonitor(str(name), config)
        else:
            self._monitor.update_config(config)

    def on_log(self, args: Any, state: Any, control: Any, logs: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        if self._monitor is not None and state.is_world_process_zero and logs:
            self._monitor.log_metrics({_grouped(name): value for name, value in logs.items()}, state.global_step)

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if self._monitor is None or not state.is_world_process_zero:
            return
        path = f"{args.output_dir}/checkpoint-{state.global_step}"
        saved = self._monitor.save_checkpoint(path, metadata={"step": state.global_step})
        if state.best_model_checkpoint and str(state.best_model_checkpoint).rstrip("/").endswith(f"checkpoint-{state.global_step}"):
            self._monitor.mark_best_checkpoint(saved)

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if self._monitor is not None and self._owns:
            self._monitor.finish()


def _grouped(name: str) -> str:
    for group in ("eval", "test"):
        if name.startswith(f"{group}_"):
            return f"{group}/{name[len(group) + 1 :]}"
    return f"train/{name}"
