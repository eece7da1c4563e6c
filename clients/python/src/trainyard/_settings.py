"""Address, key and mode: from arguments first, then the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ._errors import UsageError

DEFAULT_URL = "http://localhost:5080"
DEFAULT_DIRECTORY = ".trainyard"
MODES = ("online", "offline", "disabled")


@dataclass(frozen=True)
class Settings:
    url: str
    api_key: str | None
    directory: str
    mode: str

    @classmethod
    def read(
        cls,
        url: str | None = None,
        directory: str | os.PathLike[str] | None = None,
        mode: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Settings:
        variables = os.environ if environment is None else environment
        chosen = mode or variables.get("TRAINYARD_MODE") or "online"
        if chosen not in MODES:
            raise UsageError(f"The mode (TRAINYARD_MODE) must be one of {', '.join(MODES)}, not '{chosen}'.")
        address = url or variables.get("TRAINYARD_URL") or variables.get("GATEWAY_HTTP") or DEFAULT_URL
        return cls(
            url=server_address(address),
            api_key=_key(variables.get("TRAINYARD_API_KEY")),
            directory=os.path.abspath(directory or variables.get("TRAINYARD_DIR") or DEFAULT_DIRECTORY),
            mode=chosen,
        )


def _key(given: str | None) -> str | None:
    """The key, without the line end of a file that it was read from."""
    key = (given or "").strip()
    if not key.isascii() or not key.isprintable():
        raise UsageError("TRAINYARD_API_KEY has characters that a key can't have.")
    return key or None


def server_address(address: str) -> str:
    """The server's HTTP address, from an http, https, ws or wss address of the server or its /ws."""
    parts = urlsplit(address if "://" in address else f"http://{address}")
    scheme = {"http": "http", "https": "https", "ws": "http", "wss": "https"}.get(parts.scheme)
    try:
        port = parts.port
    except ValueError as fault:
        raise UsageError(f"'{address}' is not an address: {fault}.") from fault
    if scheme is None or not parts.hostname:
        raise UsageError(f"'{address}' is not an http, https, ws or wss address.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    path = parts.path.rstrip("/")
    if path.endswith("/ws"):
        path = path[:-3]
    return f"{scheme}://{host}{'' if port is None else f':{port}'}{path}"
