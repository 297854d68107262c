"""Who runs the servers and where their files can lie, as root and not.

PostgreSQL refuses to run as root. For root, an unprivileged account runs it, and that account may not be able
to enter the project's folder (/root is 0700): then programs and data lie in a folder outside, where it can.
"""

import contextlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

from .paths import PROJECT_DIR, var_dir
from .program import Account, account_options

OUTSIDE_PARENTS = (Path("/var/lib"), Path("/usr/local/var"), Path("/var/tmp"))  # noqa: S108  kept over a reboot
OUTSIDE_LINK = "outside"


class LocalError(Exception):
    """The servers cannot run here; the message says what to do."""


def server_account(data: Path) -> Account | None:
    """Return the account for PostgreSQL: None (ourselves), or an unprivileged one if we are root.

    The owner of the data keeps it. Else the one who called sudo, the owner of the project, or nobody.
    """
    if os.geteuid() != 0:
        return None
    outside = var_dir() / OUTSIDE_LINK / data.name
    candidates = [_owner(data), _owner(outside), _sudo_caller(), _owner(PROJECT_DIR), _nobody()]
    return next(account for account in candidates if account and account.uid != 0 and has_name(account.uid))


def has_name(uid: int) -> bool:
    """Say whether the system knows this user: initdb asks for the name, and some containers have none."""
    try:
        return bool(pwd.getpwuid(uid))
    except KeyError:
        return False


def _owner(path: Path) -> Account | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return Account(status.st_uid, status.st_gid)


def _sudo_caller() -> Account | None:
    try:
        return Account(int(os.environ["SUDO_UID"]), int(os.environ["SUDO_GID"]))
    except (KeyError, ValueError):
        return None


def _nobody() -> Account:
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def can_reach(path: Path, account: Account | None) -> bool:
    """Say whether the account can pass through every folder above `path`, and enter or run what is there."""
    if account is None:
        return True
    test = shutil.which("test") or "/bin/test"
    result = subprocess.run([test, "-x", str(path)], cwd="/", check=False, **account_options(account))
    return result.returncode == 0


def own_folder(path: Path, account: Account | None) -> Path:
    """Make `path` a private folder (0700) of the account.

    If it is somebody else's, or a link, root replaces it, and others get a LocalError. It guards names in
    shared folders such as /tmp, where another user could have been first.
    """
    uid = account.uid if account else os.geteuid()
    if os.geteuid() == 0 and os.path.lexists(path) and not _is_folder_of(path, uid):
        _remove(path)
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
        if account:
            os.chown(path, account.uid, account.gid)
    if not _is_folder_of(path, uid):
        raise LocalError(
            f"{path} belongs to somebody else (user {path.lstat().st_uid}). Start as that user, or remove it."
        )
    path.chmod(0o700)
    return path


def _is_folder_of(path: Path, uid: int) -> bool:
    status = path.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == uid


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def outside_home() -> Path:
    """Return a folder outside the project that every account can enter; made once, with a link to it in var/.

    Removing var/ therefore starts afresh instead of finding the data of the time before.
    """
    link = var_dir() / OUTSIDE_LINK
    if link.is_dir():
        return link.resolve()
    parent = next(p for p in OUTSIDE_PARENTS if p.is_dir() and os.access(p, os.W_OK))
    home = Path(tempfile.mkdtemp(prefix="voicecraft-", dir=parent))
    home.chmod(0o755)
    link.unlink(missing_ok=True)
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(home)
    return home


def reachable_copy(package: Path, probe: str, account: Account | None) -> Path:
    """Return a folder with this installed package that the account can read: itself, or a copy outside.

    `probe` is one program in it, which the account must be able to run.
    The shared libraries that a wheel bundles lie beside it in `<name>.libs`, and go with it.
    """
    if can_reach(package / probe, account):
        return package
    libraries = package.with_name(f"{package.name}.libs")
    version = int((package / "__init__.py").stat().st_mtime)
    target = outside_home() / f"programs-{version}"
    if not target.is_dir():
        partial = Path(tempfile.mkdtemp(prefix="programs-new-", dir=target.parent))
        for source in (package, libraries):
            if source.is_dir():
                shutil.copytree(source, partial / source.name, symlinks=True)
        partial.chmod(0o755)
        partial.rename(target)
    return target / package.name
