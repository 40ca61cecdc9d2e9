"""Linux's Landlock: a process gives up all files but those it names, for itself and its children.

No privileges are needed. Older kernels and other systems do without; see
https://docs.kernel.org/userspace-api/landlock.html for the constants.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Iterable

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
NO_NEW_PRIVILEGES = 38
READ = 1 << 0 | 1 << 2 | 1 << 3  # execute and read files, list folders
FILE_RIGHTS = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14  # those that a rule on a file may give
FILE_SYSTEM = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""Number of rights on files that each version knows; later versions add none."""


def _call(number: int, *arguments: object) -> int:
    return ctypes.CDLL(None, use_errno=True).syscall(number, *arguments)


def version() -> int:
    """Return the version of Landlock that the kernel has; 0 if none."""
    if not sys.platform.startswith("linux"):
        return 0
    return max(_call(CREATE_RULESET, None, ctypes.c_size_t(0), 1), 0)


def restrict(readable: Iterable[str], writable: Iterable[str]) -> bool:
    """Keep this process from all files but these, from TCP, and from signalling others.

    It cannot be undone. Threads that run already are not held.

    Args:
        readable: Files and folders to read and execute; missing ones are passed over.
        writable: Files and folders to do anything with.

    Returns:
        Whether the kernel does it.
    """
    known = version()
    if not known:
        return False
    every = (1 << FILE_SYSTEM.get(known, 16)) - 1
    # Rights on files; TCP, from version 4 on; signals and abstract sockets, from version 6 on.
    rules = struct.pack("=QQQ", every, 3, 3)[: 8 if known < 4 else 16 if known < 6 else 24]
    ruleset = _call(CREATE_RULESET, rules, ctypes.c_size_t(len(rules)), 0)
    for paths, rights in ((readable, READ), (writable, every)):
        for path in filter(os.path.exists, paths):
            folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
            given = rights if os.path.isdir(path) else rights & FILE_RIGHTS & every
            _call(ADD_RULE, ruleset, 1, struct.pack("=Qi", given, folder), 0)
            os.close(folder)
    ctypes.CDLL(None).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    done = _call(RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return done
