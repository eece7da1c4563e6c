"""The origin of a run: its code, command and installed packages."""

from __future__ import annotations

import platform
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata

from ._limits import DIFF_BYTES, PROVENANCE_SECONDS
from ._notices import say_once
from ._version import __version__

_SECRET = re.compile(r"(?i)(key|token|secret|password|passwd|credential)")
_HIDDEN = "***"


class Provenance:
    """Collects everything on its own thread, because git and the package list are slow."""

    def __init__(self, take: Callable[[Mapping[str, str], Mapping[str, bytes]], None]) -> None:
        self._take = take
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="trainyard-provenance", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Waits for the result. One that comes later is dropped: it would follow the run's end and reopen the run."""
        try:
            self._thread.join(PROVENANCE_SECONDS)
        finally:
            self._closed.set()

    def _run(self) -> None:
        try:
            tags = {"python": platform.python_version(), "host": socket.gethostname(), "trainyard": __version__, "command": command_line()}
            files = {"environment/packages.txt": packages().encode()}
            tags.update(git_tags())
            if tags.get("git_dirty") == "true" and (diff := git("diff", "HEAD")):
                files["environment/diff.patch"] = diff.encode()[:DIFF_BYTES]
            if not self._closed.is_set():
                self._take(tags, files)
        except Exception as fault:  # An unreadable repository or package must not fail the run.
            say_once("provenance", "The run's code and packages can't be read and are not recorded: %s: %s", type(fault).__name__, fault)


def command_line(arguments: Sequence[str] | None = None) -> str:
    """The command, without the values of options that are named like secrets."""
    shown: list[str] = []
    hide = False
    for argument in sys.argv if arguments is None else arguments:
        name, equals, _ = argument.partition("=")
        secret = argument.startswith("-") and _SECRET.search(name) is not None
        shown.append(_HIDDEN if hide and not argument.startswith("-") else f"{name}={_HIDDEN}" if secret and equals else argument)
        hide = secret and not equals
    return " ".join(shown)


def packages() -> str:
    """Installed packages with their versions, as pip freeze writes them."""
    installed = {(package.metadata["Name"] or "", package.version) for package in metadata.distributions()}
    return "".join(f"{name}=={version}\n" for name, version in sorted(installed, key=lambda pair: pair[0].lower()) if name)


def git_tags() -> dict[str, str]:
    commit = git("rev-parse", "HEAD")
    if not commit:
        return {}
    changed = git("status", "--porcelain", "--untracked-files=no")
    tags = {"git_commit": commit.strip(), "git_dirty": "true" if changed else "false"}
    if branch := git("rev-parse", "--abbrev-ref", "HEAD"):
        tags["git_branch"] = branch.strip()
    return tags


def git(*arguments: str) -> str | None:
    """The output of git in the working directory; None without git or a repository."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, timeout=PROVENANCE_SECONDS, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None
