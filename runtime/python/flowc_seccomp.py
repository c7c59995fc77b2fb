"""Calls of the kernel that no script needs: each reaches other processes, makes new spaces, or hides memory from its limits."""

import ctypes
import platform
import struct

from flowc_linux import LIBC

# Per machine: how the kernel calls it, and the numbers of the calls.
MACHINES = {
    "x86_64": (0xC000003E, 0),
    "aarch64": (0xC00000B7, 1),
}
REFUSED = {
    # Other processes.
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    # Memory that outlives a process or is counted as nobody's.
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # New spaces, other roots.
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264),
    # Wide ways into the kernel.
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "fanotify_init": (300, 262),
    "personality": (135, 92),
    # The machine itself.
    "syslog": (103, 116),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
}
CLONE = (56, 220)
CLONE3 = (435, 435)
# Any of the flags that ask `clone` for a new namespace.
NEW_NAMESPACES = 0x7E020000

LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, JUMP_IF_SET, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, MACHINE, FIRST_ARGUMENT = 0, 4, 16
ALLOW, REFUSE, UNKNOWN = 0x7FFF0000, 0x00050000 | 1, 0x00050000 | 38
# The second set of numbers that a kernel for x86-64 may have.
X32 = 0x40000000

PR_SET_SECCOMP, FILTER = 22, 2


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def refuse_calls():
    """For this process and all it starts, for good. On a machine without a table nothing is refused by this."""
    found = MACHINES.get(platform.machine())
    if found is None:
        return
    program = compiled(*found)
    holder = Program(len(program) // 8, program)
    LIBC.prctl(PR_SET_SECCOMP, FILTER, ctypes.byref(holder), 0, 0)


def compiled(machine, column):
    numbers = sorted(each[column] for each in REFUSED.values())
    # A jump says how many instructions it passes over. The refusal stands at the very end, after the one that allows.
    checks = [("other", X32), *(("equal", number) for number in numbers)]
    before = [
        (LOAD, 0, 0, MACHINE),
        # Calls by the numbers of another machine would pass by this table.
        (JUMP_IF_EQUAL, 1, 0, machine),
        (RETURN, 0, 0, REFUSE),
        (LOAD, 0, 0, NUMBER),
        # Its flags lie where no filter can look: the C library then uses `clone`.
        (JUMP_IF_EQUAL, 0, 1, CLONE3[column]),
        (RETURN, 0, 0, UNKNOWN),
        (JUMP_IF_EQUAL, 0, 4, CLONE[column]),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (JUMP_IF_SET, 0, 1, NEW_NAMESPACES),
        (RETURN, 0, 0, REFUSE),
        (RETURN, 0, 0, ALLOW),
    ]
    rows = []
    for index, (how, number) in enumerate(checks):
        to_refusal = len(checks) - index
        rows.append((JUMP_IF_AT_LEAST if how == "other" else JUMP_IF_EQUAL, to_refusal, 0, number))
    after = [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
    return b"".join(struct.pack("=HBBI", *row) for row in [*before, *rows, *after])
