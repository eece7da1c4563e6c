"""The samples of the machine, and its GPUs."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from conftest import WAIT_SECONDS
from trainyard._machine import MachineProbe, MachineSampler
from trainyard._nvml import Nvml


class Library:
    """NVML of a machine with two GPUs, of which the second does not report its power."""

    def nvmlDeviceGetCount_v2(self, count: Any) -> int:
        count._obj.value = 2
        return 0

    def nvmlDeviceGetHandleByIndex_v2(self, index: Any, device: Any) -> int:
        device._obj.value = index.value + 1
        return 0

    def nvmlDeviceGetUtilizationRates(self, device: Any, utilization: Any) -> int:
        utilization._obj.gpu = 40 + device.value
        return 0

    def nvmlDeviceGetMemoryInfo(self, device: Any, memory: Any) -> int:
        memory._obj.used = 1 << 33
        return 0

    def nvmlDeviceGetTemperature(self, device: Any, sensor: Any, number: Any) -> int:
        number._obj.value = 60
        return 0

    def nvmlDeviceGetPowerUsage(self, device: Any, number: Any) -> int:
        number._obj.value = 250_500
        return 0 if device.value == 1 else 3


def test_every_gpu_is_sampled_and_what_it_does_not_report_is_left_out() -> None:
    library: Any = Library()
    values = Nvml(library).sample()
    assert values["gpu/0/utilization_percent"] == 41 and values["gpu/1/utilization_percent"] == 42
    assert values["gpu/0/memory_used_bytes"] == 1 << 33 and values["gpu/1/temperature_celsius"] == 60
    assert values["gpu/0/power_watts"] == 250.5 and "gpu/1/power_watts" not in values


def test_a_machine_without_the_library_has_no_gpus() -> None:
    assert Nvml.load("no-such-library.so") is None


def test_a_failed_reading_does_not_end_the_sampling() -> None:
    class Probe(MachineProbe):
        readings = 0

        def sample(self) -> dict[str, float]:
            self.readings += 1
            if self.readings == 1:
                raise ValueError("no such counter")
            return {"cpu_percent": 5.0}

    taken: list[Mapping[str, float]] = []
    arrived = threading.Event()

    def take(values: Mapping[str, float]) -> None:
        taken.append(values)
        arrived.set()

    sampler = MachineSampler(take, 0.01, Probe())
    assert arrived.wait(WAIT_SECONDS)
    sampler.close()
    assert taken[0] == {"cpu_percent": 5.0}
