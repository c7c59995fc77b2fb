"""Calls to Linux that Python's own modules lack in the oldest version that runs scripts. Each says whether it worked."""

import ctypes
import os

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000

MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

LIBC = ctypes.CDLL(None, use_errno=True)


class CapabilityHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


def prctl(option, value):
    """False where the kernel does not know it: outside Linux less can be promised."""
    try:
        return LIBC.prctl(option, value, 0, 0, 0) == 0
    except AttributeError:
        return False


def demand(result, what):
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def unshare(flags, what):
    demand(LIBC.unshare(flags), f"a new {what} namespace")


def return_to(namespace, kind):
    demand(LIBC.setns(namespace, kind), "the namespace of before")


def mount(source, target, kind, flags, options=None):
    words = (None if word is None else word.encode() for word in (source, target, kind))
    source, target, kind = words
    data = None if options is None else options.encode()
    demand(LIBC.mount(source, target, kind, ctypes.c_ulong(flags), data), f"mounting {target.decode()}")


def drop_capabilities():
    """Every one, for good: no program that is started later gets one back."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    try:
        for capability in range(64):
            LIBC.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
        LIBC.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
        header = CapabilityHeader(0x20080522, 0)
        nothing = (ctypes.c_uint32 * 6)()
        demand(LIBC.capset(ctypes.byref(header), ctypes.byref(nothing)), "giving up capabilities")
    except AttributeError:
        pass
