"""Names of runs, ranks and writers."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from ._limits import ID_CHARACTERS

_FORBIDDEN = re.compile(r"[^A-Za-z0-9._-]+")
_TOKEN_CHARACTERS = 8
_RANKS = (("RANK", "WORLD_SIZE"), ("SLURM_PROCID", "SLURM_NTASKS"), ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"))


@dataclass(frozen=True)
class Rank:
    """The place of this process in a distributed job."""

    number: int = 0
    of: int = 1
    local: int = 0

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Rank:
        for rank, size in _RANKS:
            if rank in environment and size in environment:
                number, of = _integer(environment[rank]), _integer(environment[size])
                if of > 1:
                    local = environment.get("LOCAL_RANK") or environment.get("SLURM_LOCALID") or environment[rank]
                    return cls(number, of, _integer(local))
        return cls()

    @property
    def leads(self) -> bool:
        """Whether this process starts, ends and describes the run."""
        return self.number == 0


def new_run_id(name: str, rank: Rank, environment: Mapping[str, str] = os.environ) -> str:
    """An id from the run's name and a unique token; the same in all ranks of a job."""
    if given := environment.get("TRAINYARD_RUN_ID"):
        return distinct_identifier(given)
    token = secrets.token_hex(_TOKEN_CHARACTERS // 2) if rank.of == 1 else _job_token(environment)
    return f"{identifier(name)[: ID_CHARACTERS - _TOKEN_CHARACTERS - 1]}-{token}"


def identifier(text: str) -> str:
    """The text without characters that an id can't contain."""
    cleaned = _FORBIDDEN.sub("-", text).strip("-")[:ID_CHARACTERS]
    return cleaned if cleaned.strip(".") else "run"


def distinct_identifier(text: str) -> str:
    """The same, but different for different texts of other alphabets: a hash stands for the letters that are lost."""
    if text.isascii():
        return identifier(text)
    token = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:_TOKEN_CHARACTERS]
    return f"{identifier(text)[: ID_CHARACTERS - _TOKEN_CHARACTERS - 1]}-{token}"


def new_writer(run_id: str, rank: Rank) -> str:
    """The client part of idempotency keys. Every writing process has its own, forked ones too."""
    return f"{run_id}.{rank.number}.{secrets.token_hex(6)}"


def _job_token(environment: Mapping[str, str]) -> str:
    elastic = environment.get("TORCHELASTIC_RUN_ID", "none")
    parts = [environment.get("SLURM_JOB_ID", ""), "" if elastic == "none" else elastic]
    if not any(parts):
        parts = [environment.get("MASTER_ADDR", ""), environment.get("MASTER_PORT", "")]
        if environment.get("LOCAL_WORLD_SIZE") == environment.get("WORLD_SIZE"):
            # One launcher starts all ranks, so its process id distinguishes jobs on the same port.
            parts.append(str(os.getppid()))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_TOKEN_CHARACTERS]


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 0
