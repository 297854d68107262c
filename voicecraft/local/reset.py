"""Remove all data of this machine's VoiceCraft: `make reset`."""

import shutil
import sys

from .home import OUTSIDE_LINK, LocalError
from .paths import run_dir, var_dir
from .stack import only_one


def reset() -> None:
    """Remove the data folder, what lies outside it, and the sockets. Raises LocalError while `up` runs."""
    data = var_dir()
    with only_one(data / "up.lock"):
        outside = data / OUTSIDE_LINK
        if outside.is_symlink():
            shutil.rmtree(outside.resolve(), ignore_errors=True)
        shutil.rmtree(run_dir(), ignore_errors=True)
        shutil.rmtree(data)


if __name__ == "__main__":
    try:
        reset()
    except LocalError as error:
        sys.exit(str(error))
    print(f"removed {var_dir()}")  # noqa: T201
