"""The commands: trainyard sync DIR, trainyard watch DIR."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ._errors import UsageError
from ._settings import DEFAULT_DIRECTORY, Settings
from ._sync import sync
from ._transport import HttpTransport
from ._version import __version__
from ._watch import Watcher

_DONE, _UNSENT, _USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        settings = Settings.read(options.url)
    except UsageError as fault:
        print(f"trainyard: {fault}", file=sys.stderr)
        return _USAGE
    folder = Path(options.directory)
    if not folder.is_dir():
        print(f"trainyard: The folder {folder} does not exist.", file=sys.stderr)
        return _USAGE
    if options.command == "sync":
        return _sync(folder, settings)
    return _watch(folder, settings, options)


def _sync(folder: Path, settings: Settings) -> int:
    report = sync(folder, lambda: HttpTransport(settings.url, settings.api_key), settings.url)
    print(f"{report.sent} entries sent to {settings.url}, {report.unsent} unsent, {report.refused} refused.")
    for path in report.in_use:
        print(f"{path} is skipped: it belongs to a running process, which sends it.")
    if report.problem:
        _print_not_accepted(settings, report.problem)
    return _UNSENT if report.unsent else _DONE


def _watch(folder: Path, settings: Settings, options: argparse.Namespace) -> int:
    transport = HttpTransport(settings.url, settings.api_key)
    try:
        return _follow(Watcher(folder, Path(options.state or settings.directory), transport, options.experiment), settings, options)
    finally:
        transport.close()


def _follow(watcher: Watcher, settings: Settings, options: argparse.Namespace) -> int:
    if options.once:
        complete = watcher.send_new()
        print(f"{watcher.points} events sent to {settings.url}.")
        if not complete:
            _print_not_accepted(settings, watcher.last_error)
        return _DONE if complete else _UNSENT
    try:
        watcher.follow(options.every, lambda: False)
    except KeyboardInterrupt:
        print(f"{watcher.points} events sent to {settings.url}.")
    return _DONE


def _print_not_accepted(settings: Settings, reason: str | None) -> None:
    print(f"trainyard: {settings.url} does not accept events now; run the command again later. Reason: {reason}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="trainyard", description="Sends unsent entries or TensorBoard event files to Trainyard.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--url", help="address of the server (TRAINYARD_URL)")
    sync_command = commands.add_parser("sync", parents=[common], help="send the unsent entries on disk")
    sync_command.add_argument("directory", nargs="?", default=DEFAULT_DIRECTORY, help="folder of the unsent entries (default: %(default)s)")
    watch_command = commands.add_parser("watch", parents=[common], help="send TensorBoard event files as they grow")
    watch_command.add_argument("directory", help="TensorBoard's log folder")
    watch_command.add_argument("--experiment", help="experiment of the runs")
    watch_command.add_argument("--once", action="store_true", help="send the existing events, then exit")
    watch_command.add_argument("--every", type=float, default=2.0, help="seconds between checks for new events (default: %(default)s)")
    watch_command.add_argument("--state", help="folder for the position in each file (default: TRAINYARD_DIR or .trainyard)")
    return parser
