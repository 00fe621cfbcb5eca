"""Under which user a server runs: PostgreSQL refuses root, so root has to be something else.

A user namespace is tried first: inside it the server believes to be `nobody`, outside it is
still root, so it may live under a closed folder such as /root and all files stay root's. Where
namespaces are forbidden, the server becomes `nobody` for real. No user is ever created.
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

# Loaded before any fork: the child between fork and exec should only call it.
_libc = ctypes.CDLL(None, use_errno=True)


class Identity(Protocol):
    """Who a child is to be."""

    def enter(self) -> None:
        """Make the calling process that, between fork and exec."""


class AsIs:
    """Run as the user that started us."""

    def enter(self) -> None:
        """Change nothing."""


class UserNamespace:
    """Run as `nobody` of a new user namespace, which is the present user outside."""

    def enter(self) -> None:
        """Move the calling process; raises OSError where the kernel or a container forbids it."""
        uid, gid = os.geteuid(), os.getegid()
        if _libc.unshare(_CLONE_NEWUSER) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{_NOBODY_INSIDE} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{_NOBODY_INSIDE} {gid} 1")


@dataclass(frozen=True)
class Drop:
    """Run as another user of the machine; only root can."""

    uid: int
    gid: int

    def enter(self) -> None:
        os.setgroups([])
        os.setresgid(self.gid, self.gid, self.gid)
        os.setresuid(self.uid, self.uid, self.uid)


def nobody() -> Drop:
    entry = pwd.getpwnam("nobody")
    return Drop(entry.pw_uid, entry.pw_gid)


def can_run(identity: Identity, program: Path) -> bool:
    """Whether the program starts at all under that identity on this machine."""
    try:
        subprocess.run(  # noqa: S603 (a program we chose)
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
    """Have the kernel send this process a signal when the one that started it is gone.

    A change of credentials clears the setting, so call it last before exec. `parent` is the
    process id expected: if that one died before the call, the signal comes at once. Only Linux
    has this; elsewhere a killed supervisor leaves its servers running until the next start.
    """
    if sys.platform != "linux":
        return
    _libc.prctl(_PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), signum)
