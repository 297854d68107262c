"""Find a Chromium for the browser tests, or install one: `python -m tests.chromium`.

A missing browser is an error with a remedy, never a reason to skip tests.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOWNLOADS = ROOT / "var" / "browsers"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/usr/lib/chromium/chromium",
    "/opt/google/chrome/chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PLAYWRIGHT_CACHES = (
    DOWNLOADS,
    Path.home() / ".cache/ms-playwright",
    Path.home() / "Library/Caches/ms-playwright",
)
PLAYWRIGHT_PATTERNS = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)
INSTALL_SECONDS = 900
DOWNLOAD_SECONDS = 300
PROBE_SECONDS = 60


def find() -> Path | None:
    """Return a Chromium that runs here: VOICECRAFT_CHROMIUM, the system's, or a download of Playwright's."""
    if named := os.environ.get("VOICECRAFT_CHROMIUM"):
        return Path(named)
    on_path = [Path(found) for name in NAMES if (found := shutil.which(name))]
    installed = [Path(place) for place in PLACES]
    downloaded = [
        path for cache in PLAYWRIGHT_CACHES for pattern in PLAYWRIGHT_PATTERNS for path in cache.glob(pattern)
    ]
    return next((path for path in [*on_path, *installed, *downloaded] if _runs(path)), None)


def launch_options() -> dict:
    """Return the options for Playwright's `chromium.launch`. As root, Chromium refuses its own sandbox."""
    path = find()
    assert path, "no Chromium: run `make chromium`"
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": str(path), "args": arguments}


def install() -> Path | None:
    """Install a Chromium from the system's packages (as root), else with Playwright into var/browsers."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _try(["apt-get", "update", "-q"], INSTALL_SECONDS)
        _try(["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"], INSTALL_SECONDS)
        if found := find():
            return found
    _try([sys.executable, "-m", "playwright", "install", "chromium"], DOWNLOAD_SECONDS)
    return find()


def _try(command: list[str], seconds: float) -> None:
    print("==>", " ".join(command), flush=True)  # noqa: T201
    environment = {
        **os.environ,
        "PLAYWRIGHT_BROWSERS_PATH": str(DOWNLOADS),
        "DEBIAN_FRONTEND": "noninteractive",
    }
    try:
        subprocess.run(command, check=False, timeout=seconds, env=environment, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error)  # noqa: T201


def _runs(path: Path) -> bool:
    """Say whether the program starts: a download can lack the system's libraries."""
    try:
        return (
            subprocess.run(
                [path, "--version"], capture_output=True, check=False, timeout=PROBE_SECONDS
            ).returncode
            == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


def main() -> None:
    """Make sure that there is one, or end with what to install."""
    if not (find() or install()):
        sys.exit(
            "The browser tests need Chromium or Chrome, and none could be installed. Install one:\n"
            "    Debian:  apt install chromium\n"
            "    Ubuntu:  snap install chromium\n"
            "    macOS:   brew install --cask chromium\n"
            "or name one: VOICECRAFT_CHROMIUM=/path/to/chromium make test"
        )


if __name__ == "__main__":
    main()
