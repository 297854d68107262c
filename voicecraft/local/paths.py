"""Where the local servers keep their data and their sockets. Says where; creates nothing."""

import hashlib
import os
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parents[2]

# Not tempfile.gettempdir(): two terminals with different TMPDIR must find the same servers, and macOS's
# TMPDIR is so long that a socket's path would pass the limit of the kernel (104 bytes there, 108 on Linux).
SHORT_TEMP_DIR = Path("/tmp")  # noqa: S108  the folder in it is private (0700), and checked before use


def var_dir() -> Path:
    """Return the folder of all runtime data: VOICECRAFT_VAR_DIR, or var/ in the project."""
    return Path(os.environ.get("VOICECRAFT_VAR_DIR") or PROJECT_DIR / "var").resolve()


def run_dir() -> Path:
    """Return the private folder of the sockets, named after the data folder so that copies never meet."""
    digest = hashlib.sha256(os.fsencode(var_dir())).hexdigest()[:12]
    return SHORT_TEMP_DIR / f"voicecraft-{digest}"
