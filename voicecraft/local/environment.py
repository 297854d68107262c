"""Make the virtual environment and install the locked packages, if they changed. The Makefile runs this file.

It runs on the system's Python before anything is installed: the standard library only, no import of ours.
"""

import contextlib
import hashlib
import importlib.util
import shutil
import subprocess
import sys
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".venv"
STAMP = FOLDER / "installed"
PLACE = FOLDER / "made-in"
OLDEST = (3, 11)
LOCKS = {
    "requirements.txt": ["requirements.txt"],
    "requirements-dev.txt": [
        "requirements-dev.txt",
        "requirements.txt",
    ],  # it holds the other one's packages too
}

# For a Python without ensurepip (Debian's, before `apt install python3-venv`)
PIP_URL = (
    "https://files.pythonhosted.org/packages/07/25/"
    "ee8c38ae72d66b844ce8eb9711ba905dba21ca1a8a0c960057c41cd23337/pip-26.3-py3-none-any.whl"
)
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
PIP_SECONDS = 60


def main(lock: str) -> None:
    """Bring .venv to the state that the lock file says; do nothing if it is."""
    if _stamp_line(lock) in _installed():
        return
    if not _is_sound():
        _say(f"making .venv with Python {sys.version.split()[0]}")
        _create()
    _say(f"installing the packages of {lock} (the first time, this takes a few minutes)")
    STAMP.unlink(missing_ok=True)
    _run("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", lock)
    _make_importable()
    STAMP.write_text("".join(f"{_stamp_line(name)}\n" for name in LOCKS[lock]))


def _stamp_line(lock: str) -> str:
    """Return what tells an installed lock: its contents, and the place, as environments cannot be moved."""
    return f"{hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()} {lock} in {FOLDER}"


def _installed() -> list[str]:
    with contextlib.suppress(OSError):
        return STAMP.read_text().splitlines() if _python().exists() else []
    return []


def _is_sound() -> bool:
    """Say whether .venv has a Python that runs, is new enough, has pip, and was made in this place."""
    check = f"import pip, sys; assert sys.version_info >= {OLDEST}"
    with contextlib.suppress(OSError):
        return (
            PLACE.read_text() == str(FOLDER)
            and subprocess.run([_python(), "-c", check], capture_output=True, check=False).returncode == 0
        )
    return False


def _create() -> None:
    if (FOLDER / "pyvenv.cfg").exists():
        shutil.rmtree(FOLDER)
    has_ensurepip = importlib.util.find_spec("ensurepip") is not None
    venv.create(FOLDER, with_pip=has_ensurepip, symlinks=True)
    if not has_ensurepip:
        _install_pip()
    PLACE.write_text(str(FOLDER))  # the scripts in it hold this path: elsewhere they do not run


def _install_pip() -> None:
    """Install pip from its own wheel, which can run as it is."""
    wheel = FOLDER / Path(PIP_URL).name
    try:
        with urllib.request.urlopen(PIP_URL, timeout=PIP_SECONDS) as response:
            content = response.read()
    except OSError as error:
        sys.exit(f"This Python cannot make virtual environments ({error}). On Debian: {_apt()}")
    if hashlib.sha256(content).hexdigest() != PIP_SHA256:
        sys.exit(f"{PIP_URL} is not the file it should be. On Debian instead: {_apt()}")
    wheel.write_bytes(content)
    _run(f"{wheel}/pip", "install", "--quiet", "--no-index", "--disable-pip-version-check", str(wheel))
    wheel.unlink()


def _make_importable() -> None:
    """Let `pytest` find the project, wherever it is called from."""
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    result = subprocess.run([_python(), "-c", code], capture_output=True, text=True, check=True)
    (Path(result.stdout.strip()) / "voicecraft.pth").write_text(f"{ROOT}\n")


def _run(*arguments: str) -> None:
    result = subprocess.run([_python(), *arguments], cwd=ROOT, check=False)
    if result.returncode != 0:
        sys.exit(f"That failed (exit code {result.returncode}). Once its reason is gone, run make again.")


def _python() -> Path:
    return FOLDER / "bin" / "python"


def _apt() -> str:
    return f"apt install python{sys.version_info.major}.{sys.version_info.minor}-venv"


def _say(text: str) -> None:
    print(f"==> {text}", flush=True)  # noqa: T201  the output is what this is for


if __name__ == "__main__":
    main(sys.argv[1])
