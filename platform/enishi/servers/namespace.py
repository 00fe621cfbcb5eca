"""The user that a server runs as. PostgreSQL refuses root, so root has to use another identity.

A user namespace is tried first: inside it the server is `nobody`, outside it is still root, so its
data may be in a private folder such as /root, and all files belong to root. Where namespaces are
forbidden, the server runs as the user `nobody`. No user is ever created.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1
_NOBODY_INSIDE = 65534

# Loaded before any fork: a child process should only call it between fork and exec.
_libc = ctypes.CDLL(None, use_errno=True)


class Identity(Protocol):
    """The user that a child process runs as."""

    def enter(self) -> None:
        """Give the calling process this identity; called between fork and exec."""


class CurrentUser:
    """Run as the user of the supervisor."""

    def enter(self) -> None:
        """Change nothing."""


class UserNamespace:
    """Run as `nobody` of a new user namespace, mapped to the current user outside of it."""

    def enter(self) -> None:
        """Raise OSError if the kernel or a container forbids user namespaces."""
        uid, gid = os.geteuid(), os.getegid()
        if _libc.unshare(_CLONE_NEWUSER) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{_NOBODY_INSIDE} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{_NOBODY_INSIDE} {gid} 1")


@dataclass(frozen=True)
class OtherUser:
    """Drop root's privileges and run as another user of the system."""

    uid: int
    gid: int

    def enter(self) -> None:
        os.setgroups([])
        os.setresgid(self.gid, self.gid, self.gid)
        os.setresuid(self.uid, self.uid, self.uid)


def nobody() -> OtherUser:
    """The Unix user `nobody`."""
    entry = pwd.getpwnam("nobody")
    return OtherUser(entry.pw_uid, entry.pw_gid)


def can_run(identity: Identity, program: Path) -> bool:
    """Whether the program can be started with that identity on this system."""
    try:
        subprocess.run(  # noqa: S603 (a server program)
            [program, "--version"],
            preexec_fn=identity.enter,
            capture_output=True,
            check=True,
            cwd="/",
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def die_with_parent(signum: signal.Signals = signal.SIGTERM, *, parent: int | None = None) -> None:
    """Have the kernel send this process a signal when its parent ends (PR_SET_PDEATHSIG).

    A change of credentials clears the setting, so call it last before exec. parent: the expected
    parent's process id; if it ended before the call, the signal is sent at once. Only Linux has
    this; elsewhere a killed supervisor leaves orphan servers until the next start.
    """
    if sys.platform != "linux":
        return
    _libc.prctl(_PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), signum)
