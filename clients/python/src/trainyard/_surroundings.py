"""What is recorded of a run besides the calls of its script: code, machine and output."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ._limits import MACHINE_SECONDS
from ._machine import MachineSampler
from ._output import OutputCapture
from ._provenance import Provenance


@dataclass
class Surroundings:
    provenance: Provenance | None = None
    machine: MachineSampler | None = None
    output: OutputCapture | None = None

    def read_code(self, take: Callable[[Mapping[str, str], Mapping[str, bytes]], None]) -> None:
        self.provenance = Provenance(take)

    def sample_machine(self, take: Callable[[Mapping[str, float]], None]) -> None:
        self.machine = MachineSampler(take, MACHINE_SECONDS)

    def capture_output(self, write: Callable[[str, str], None]) -> None:
        self.output = OutputCapture(write)

    def close(self) -> None:
        """Stops all of it. Waits a while for the code, if it is still read."""
        if self.output is not None:
            self.output.close()
        if self.machine is not None:
            self.machine.close()
        if self.provenance is not None:
            self.provenance.close()
