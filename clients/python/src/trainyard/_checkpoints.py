"""Checkpoints of a run, and the file beside them from which a later process resumes."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ._notices import say_once
from ._values import Number, json_number

RECORD = "trainyard.json"


@dataclass
class Checkpoint:
    checkpoint_id: str
    path: str
    step: int | None
    saved_at: int
    metrics: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    size: int | None = None
    is_best: bool = False

    @property
    def exists(self) -> bool:
        return os.path.exists(self.path)


class CheckpointRecord:
    """The checkpoints of a run, in order; saved to a file if a folder is given."""

    def __init__(
        self, run_id: str, run_name: str, folder: Path | None, checkpoints: list[Checkpoint] | None = None, resumed: bool = False
    ) -> None:
        self.resumed = resumed
        self.run_id = run_id
        self.run_name = run_name
        self.checkpoints = checkpoints or []
        self._folder = folder

    @classmethod
    def read(cls, folder: Path, run_name: str) -> CheckpointRecord | None:
        """Reads the record of a run with this name; None if there is none."""
        try:
            members = json.loads((folder / RECORD).read_text(encoding="utf-8"))
            if members["run_name"] != run_name:
                other = members["run_name"]
                say_once(f"record {folder}", "%s is of the run '%s' and is replaced: give each run its own folder.", folder / RECORD, other)
                return None
            return cls(members["run_id"], run_name, folder, [Checkpoint(**saved) for saved in members["checkpoints"]], resumed=True)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError, KeyError, TypeError) as fault:
            say_once(f"record {folder}", "%s can't be read (%s); a new run is started.", folder / RECORD, fault)
            return None

    def add(self, path: str, step: int | None, saved_at: int, metrics: Mapping[str, Number], metadata: Mapping[str, Any]) -> Checkpoint:
        full = path if "://" in path else os.path.abspath(path)
        checkpoint = Checkpoint(
            checkpoint_id=f"ckpt-{hashlib.sha256(f'{self.run_id}/{full}'.encode()).hexdigest()[:12]}",
            path=full,
            step=step,
            saved_at=saved_at,
            metrics={name: json_number(value) for name, value in metrics.items()},
            metadata=dict(metadata),
            size=size_of(full),
        )
        # Overwriting a file updates its checkpoint.
        self.checkpoints = [other for other in self.checkpoints if other.checkpoint_id != checkpoint.checkpoint_id] + [checkpoint]
        self.write()
        return checkpoint

    def mark_best(self, checkpoint_id: str) -> Checkpoint | None:
        best = next((checkpoint for checkpoint in self.checkpoints if checkpoint.checkpoint_id == checkpoint_id), None)
        if best is not None:
            for checkpoint in self.checkpoints:
                checkpoint.is_best = checkpoint is best
            self.write()
        return best

    def last(self) -> Checkpoint | None:
        """The newest checkpoint whose files exist."""
        return next((checkpoint for checkpoint in reversed(self.checkpoints) if checkpoint.exists), None)

    def write(self) -> None:
        if self._folder is None:
            return
        members = {"run_id": self.run_id, "run_name": self.run_name, "checkpoints": [asdict(checkpoint) for checkpoint in self.checkpoints]}
        temporary = self._folder / f"{RECORD}.tmp"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            temporary.write_text(json.dumps(members, indent=1), encoding="utf-8")
            os.replace(temporary, self._folder / RECORD)
        except OSError as fault:
            # A full disk must not end the training. The server still gets the checkpoint.
            say_once(
                f"record not written {self._folder}",
                "%s can't be written (%s): the run can't resume from it.",
                self._folder / RECORD,
                fault,
            )


def size_of(path: str) -> int | None:
    """Bytes of a file, or of all files in a folder; None if it can't be read."""
    try:
        if os.path.isdir(path):
            return sum(part.stat().st_size for part in Path(path).rglob("*") if part.is_file())
        return os.path.getsize(path)
    except OSError:
        return None
