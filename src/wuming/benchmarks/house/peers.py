"""Environments of peers: made on first use, beside nothing of ours, kept by the digest of their list.

Peers pin versions that clash with ours and with each other's, so each gets a virtual environment of its own under
`WUMING_HOME/peers`. Of Wuming it sees one folder with a link to this package, for the workloads.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from wuming.core.errors import StorageError
from wuming.core.storage import home, private_folder, storage_errors
from wuming.training.allocator import VARIABLES

_PACKAGE = Path(__file__).resolve().parents[2]
_LISTS = _PACKAGE / "benchmarks" / "peers"


@dataclass(frozen=True)
class Environment:
    """A Python to start, and where it finds this package.

    Attributes:
        python: the interpreter.
        path: value of PYTHONPATH; empty where the package is installed.
    """

    python: Path
    path: str = ""

    def command(self, module: str, *arguments: str) -> list[str]:
        """Return the command line that runs `module` there; the working folder is not on its path."""
        return [str(self.python), "-P", "-m", module, *arguments]

    def variables(self) -> dict[str, str]:
        """Return the process environment: ours, without what would let other packages in.

        The allocator keeps freed memory for all contestants alike, as `wuming train` does.
        """
        kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
        return kept | VARIABLES | ({"PYTHONPATH": self.path} if self.path else {})


def our_environment() -> Environment:
    """Return the environment that this process runs in."""
    return Environment(Path(sys.executable), os.environ.get("PYTHONPATH", ""))


def peer_environment(name: str) -> Environment:
    """Return the environment of the peer `name`, made first where it is not there.

    Raises:
        StorageError: when it cannot be made (no network, no room); nothing half made is left behind.
    """
    wanted = (_LISTS / f"{name}.txt").read_bytes()
    folder = private_folder(home() / "peers") / f"{name}-{_tag(wanted + sys.version.encode())}"
    found = Environment(folder / "bin" / "python", str(_this_package_alone()))
    if (folder / "complete").exists():
        return found
    with storage_errors(folder):
        shutil.rmtree(folder, ignore_errors=True)
        try:
            _make(folder, _LISTS / f"{name}.txt", found.python)
            (folder / "complete").touch()
        except subprocess.CalledProcessError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise StorageError(
                f"the environment of the peer {name} could not be made: {' '.join(error.cmd[:4])} ended with "
                f"{error.returncode}",
                help="See what pip printed above; without the peer, --rows selects rows that need none.",
            ) from error
    return found


def _this_package_alone() -> Path:
    """Return a folder that holds a link to this package and nothing else, made where it is not there."""
    folder = private_folder(home() / "peers") / f"wuming-{_tag(str(_PACKAGE).encode())}"
    link = private_folder(folder) / "wuming"
    if not link.is_symlink():
        link.symlink_to(_PACKAGE, target_is_directory=True)
    return folder


def _tag(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()[:12]


def _make(folder: Path, wanted: Path, python: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, stdout=sys.stderr)
    install = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*install, "--requirement", str(wanted)], check=True, stdout=sys.stderr)
