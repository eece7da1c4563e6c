"""NVIDIA's management library, which comes with the driver; names, codes and layouts as in its nvml.h."""

from __future__ import annotations

import ctypes
import ctypes.util
import sys

_SUCCESS = 0
_CORE_TEMPERATURE = 0


class _Utilization(ctypes.Structure):
    _fields_ = [("gpu", ctypes.c_uint), ("memory", ctypes.c_uint)]


class _Memory(ctypes.Structure):
    _fields_ = [("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong)]


class Nvml:
    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        count = ctypes.c_uint()
        self._devices: list[ctypes.c_void_p] = []
        if library.nvmlDeviceGetCount_v2(ctypes.byref(count)) == _SUCCESS:
            for index in range(count.value):
                device = ctypes.c_void_p()
                if library.nvmlDeviceGetHandleByIndex_v2(ctypes.c_uint(index), ctypes.byref(device)) == _SUCCESS:
                    self._devices.append(device)

    @classmethod
    def load(cls, path: str | None = None) -> Nvml | None:
        """None without an NVIDIA driver."""
        try:
            library = ctypes.CDLL(path or ("nvml.dll" if sys.platform == "win32" else "libnvidia-ml.so.1"))
            return cls(library) if library.nvmlInit_v2() == _SUCCESS else None
        except (OSError, AttributeError):
            return None

    def sample(self) -> dict[str, float]:
        values: dict[str, float] = {}
        for index, device in enumerate(self._devices):
            utilization, memory, number = _Utilization(), _Memory(), ctypes.c_uint()
            if self._library.nvmlDeviceGetUtilizationRates(device, ctypes.byref(utilization)) == _SUCCESS:
                values[f"gpu/{index}/utilization_percent"] = float(utilization.gpu)
            if self._library.nvmlDeviceGetMemoryInfo(device, ctypes.byref(memory)) == _SUCCESS:
                values[f"gpu/{index}/memory_used_bytes"] = float(memory.used)
            if self._library.nvmlDeviceGetTemperature(device, ctypes.c_uint(_CORE_TEMPERATURE), ctypes.byref(number)) == _SUCCESS:
                values[f"gpu/{index}/temperature_celsius"] = float(number.value)
            if self._library.nvmlDeviceGetPowerUsage(device, ctypes.byref(number)) == _SUCCESS:
                values[f"gpu/{index}/power_watts"] = number.value / 1000
        return values
