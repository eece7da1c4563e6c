"""Samples of the machine the script runs on: /proc on Linux, GPUs through NVML. Names match the server's own samples."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from ._notices import say_once
from ._nvml import Nvml

_PROC = Path("/proc")
_SECTOR_BYTES = 512
_NOT_DISKS = ("loop", "ram", "zram", "dm-", "md", "sr")


class MachineProbe:
    """Reads counters; rates need two readings."""

    def __init__(self, proc: Path = _PROC, nvml: Nvml | None = None) -> None:
        self._proc = proc
        self._nvml = nvml or Nvml.load()
        self._before: dict[str, float] = {}
        self._at = 0.0

    def sample(self) -> dict[str, float]:
        now = time.monotonic()
        counters = self._counters()
        values = self._levels()
        elapsed = now - self._at
        if self._before and elapsed > 0:
            values.update(self._rates(counters, elapsed))
        self._before, self._at = counters, now
        if self._nvml is not None:
            values.update(self._nvml.sample())
        return values

    def _levels(self) -> dict[str, float]:
        values: dict[str, float] = {}
        memory = {name: float(rest.split()[0]) * 1024 for name, _, rest in (line.partition(":") for line in self._lines("meminfo")) if rest}
        if "MemTotal" in memory and "MemAvailable" in memory:
            values["memory_used_bytes"] = memory["MemTotal"] - memory["MemAvailable"]
        for line in self._lines("self/status"):
            if line.startswith("VmRSS:"):
                values["process_memory_bytes"] = float(line.split()[1]) * 1024
        try:
            values["disk_free_bytes"] = float(shutil.disk_usage(os.getcwd()).free)
        except OSError as fault:
            say_once("disk usage", "The free disk space can't be read and is not logged: %s", fault)
        return values

    def _counters(self) -> dict[str, float]:
        counters: dict[str, float] = {"process": time.process_time()}
        for line in self._lines("stat")[:1]:
            parts = [float(part) for part in line.split()[1:9]]
            counters["cpu_all"], counters["cpu_idle"] = sum(parts), sum(parts[3:5])
        for line in self._lines("net/dev")[2:]:
            name, _, rest = line.partition(":")
            if name.strip() != "lo":
                parts = [float(part) for part in rest.split()]
                counters["received"] = counters.get("received", 0) + parts[0]
                counters["sent"] = counters.get("sent", 0) + parts[8]
        for line in self._lines("diskstats"):
            fields = line.split()
            # Partitions are included in their disk.
            if not fields[2].startswith(_NOT_DISKS) and os.path.exists(f"/sys/block/{fields[2]}"):
                counters["read"] = counters.get("read", 0) + float(fields[5]) * _SECTOR_BYTES
                counters["written"] = counters.get("written", 0) + float(fields[9]) * _SECTOR_BYTES
        return counters

    def _rates(self, counters: Mapping[str, float], elapsed: float) -> dict[str, float]:
        grown = {name: value - self._before[name] for name, value in counters.items() if name in self._before}
        values = {"process_cpu_percent": 100 * grown["process"] / elapsed / (os.cpu_count() or 1)}
        if grown.get("cpu_all", 0) > 0:
            values["cpu_percent"] = 100 * (1 - grown["cpu_idle"] / grown["cpu_all"])
        names = {
            "received": "network_received_bytes_per_second",
            "sent": "network_sent_bytes_per_second",
            "read": "disk_read_bytes_per_second",
            "written": "disk_written_bytes_per_second",
        }
        values.update({name: grown[key] / elapsed for key, name in names.items() if grown.get(key, -1) >= 0})
        return values

    def _lines(self, name: str) -> list[str]:
        try:
            return (self._proc / name).read_text().splitlines()
        except OSError:
            return []


class MachineSampler:
    """Samples every few seconds on its own thread until closed."""

    def __init__(self, take: Callable[[Mapping[str, float]], None], seconds: float, probe: MachineProbe | None = None) -> None:
        self._take = take
        self._seconds = seconds
        self._probe = probe
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="trainyard-machine", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()

    def _run(self) -> None:
        probe = self._probe or MachineProbe()
        while True:
            try:
                if values := probe.sample():
                    self._take(values)
            except Exception as fault:  # One failed reading must not end the sampling.
                say_once(f"machine {fault}", "Machine metrics can't be read and are not logged: %s: %s", type(fault).__name__, fault)
            if self._closing.wait(self._seconds):
                return
