"""SummaryWriter with the signatures of torch.utils.tensorboard's."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from ._media import Audio, Histogram, Image, Media, Text
from ._monitor import TrainingMonitor
from ._notices import say_once
from ._pixels import as_array

__all__ = ["SummaryWriter"]


class SummaryWriter:
    """Sends scalars, images, audio, histograms, texts and hyperparameters to Trainyard. The run is named after the log folder."""

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
        self._log_media(tag, [Text(text_string)], global_step)

    def add_image(
        self, tag: str, img_tensor: Any, global_step: int | None = None, walltime: float | None = None, dataformats: str = "CHW"
    ) -> None:
        self._log_media(tag, [Image(img_tensor, layout=dataformats)], global_step)

    def add_images(
        self, tag: str, img_tensor: Any, global_step: int | None = None, walltime: float | None = None, dataformats: str = "NCHW"
    ) -> None:
        """Each image of the batch is stored, in order."""
        layout = dataformats.upper().replace("N", "")
        images = [Image(image, layout=layout) for image in _batch(img_tensor, dataformats.upper().find("N"))]
        self._log_media(tag, images, global_step)

    def add_figure(
        self, tag: str, figure: Any, global_step: int | None = None, close: bool = True, walltime: float | None = None
    ) -> None:
        figures = list(figure) if isinstance(figure, (list, tuple)) else [figure]
        self._log_media(tag, [Image(one) for one in figures], global_step)
        pyplot = sys.modules.get("matplotlib.pyplot")
        if close and pyplot is not None:
            for one in figures:
                pyplot.close(one)

    def add_audio(
        self, tag: str, snd_tensor: Any, global_step: int | None = None, sample_rate: int = 44100, walltime: float | None = None
    ) -> None:
        self._log_media(tag, [Audio(snd_tensor, sample_rate)], global_step)

    def add_histogram(
        self,
        tag: str,
        values: Any,
        global_step: int | None = None,
        bins: Any = "tensorflow",
        walltime: float | None = None,
        max_bins: int | None = None,
    ) -> None:
        """Counts the values in bins of equal width: as many as bins says if it is a number, else 64."""
        wanted = bins if isinstance(bins, int) else 64
        self._log_media(tag, [Histogram(values, num_bins=min(wanted, max_bins or wanted))], global_step)

    def add_histogram_raw(
        self,
        tag: str,
        min: float,
        max: float,
        num: int,
        sum: float,
        sum_squares: float,
        bucket_limits: Any,
        bucket_counts: Any,
        global_step: int | None = None,
        walltime: float | None = None,
    ) -> None:
        limits = list(bucket_limits)
        edges = [min if limits and min < limits[0] else (limits[0] - 1 if limits else 0), *limits]
        self._log_media(tag, [Histogram(np_histogram=(bucket_counts, edges))], global_step)

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
        say_once(f"SummaryWriter.{name}", "SummaryWriter.%s stores nothing: Trainyard has no place for it.", name)
        return _ignore

    def _log(self, values: Mapping[str, Any], counter: str, step: int | None) -> None:
        self._monitor.log_metrics(values, self._step_of(counter, step))

    def _log_media(self, tag: str, media: Sequence[Media], step: int | None) -> None:
        self._monitor.log_media(tag, media, self._step_of(tag, step))

    def _step_of(self, tag: str, step: int | None) -> int:
        # Without steps, each tag has its own counter.
        known = self._steps.get(tag, 0) if step is None else step
        self._steps[tag] = int(known) + 1
        return known


def _batch(images: Any, axis: int) -> Iterable[Any]:
    """The images of a batch."""
    array = as_array(images)
    return list(array.transpose([axis, *(other for other in range(array.ndim) if other != axis)]) if axis > 0 else array)


def _ignore(*_: Any, **__: Any) -> None:
    return None
