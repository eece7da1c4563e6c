"""Writes the package as one file: python single_file.py [FOLDER], by default dist. The file is importable, and runs as the command."""

from __future__ import annotations

import sys
from pathlib import Path

PACKAGE = Path(__file__).parent / "src" / "trainyard"

LOADER = '''"""trainyard {version} in one file, written by single_file.py. Put it beside a script and import it.

MIT License.
"""

import importlib.abc
import importlib.machinery
import sys

_SOURCES = {sources}


class _Loader(importlib.abc.InspectLoader):
    """Loads the package's modules from the sources above."""

    def get_source(self, fullname):
        return _SOURCES[fullname]

    def is_package(self, fullname):
        return fullname == "trainyard"


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, fullname, path=None, target=None):
        if fullname not in _SOURCES:
            return None
        return importlib.machinery.ModuleSpec(fullname, _Loader(), origin=__file__, is_package=fullname == "trainyard")


sys.meta_path.insert(0, _Finder())
if __name__ == "__main__":
    from trainyard._cli import main

    raise SystemExit(main())
__package__ = "trainyard"
__path__ = __spec__.submodule_search_locations = []
exec(compile(_SOURCES["trainyard"], __file__, "exec"), globals())
'''


def write(folder: Path) -> Path:
    sources = {
        "trainyard" if path.stem == "__init__" else f"trainyard.{path.stem}": path.read_text(encoding="utf-8")
        for path in sorted(PACKAGE.glob("*.py"))
    }
    version = sources["trainyard._version"].split('"')[1]
    listed = "".join(f"    {name!r}: {source!r},\n" for name, source in sources.items())
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "trainyard.py"
    target.write_text(LOADER.replace("{version}", version).replace("{sources}", f"{{\n{listed}}}"), encoding="utf-8")
    return target


if __name__ == "__main__":
    print(write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "dist"))
