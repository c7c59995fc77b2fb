"""What a call is given and what is taken from it: a space of its own, another user, limits."""

import math
import os
import resource
import signal
import time

from flowc_linux import (
    CLONE_NEWIPC,
    CLONE_NEWNS,
    CLONE_NEWUSER,
    MS_BIND,
    MS_NODEV,
    MS_NOEXEC,
    MS_NOSUID,
    MS_PRIVATE,
    MS_REC,
    PR_SET_CHILD_SUBREAPER,
    PR_SET_DUMPABLE,
    PR_SET_PDEATHSIG,
    drop_capabilities,
    mount,
    prctl,
    unshare,
)
from flowc_seccomp import refuse_calls

MEGABYTE = 1024 * 1024
MEMORY_LIMIT = 256 * MEGABYTE
SCRATCH_LIMIT = 64 * MEGABYTE
FILE_LIMIT = MEGABYTE
OPEN_FILES = 32
PROCESSES = 64
# What a script sees as its own user and group where it has a user namespace of its own.
SEEN_ID = 1000


def enter_own_space(keep):
    """The caller is the first process of a new process namespace inside bubblewrap: gives it /proc, /tmp and /dev/shm
    that nobody else has. All of it is gone when the caller ends. `keep`: what stays below /tmp, a workspace or a venv."""
    unshare(CLONE_NEWNS | CLONE_NEWIPC, "mount and IPC")
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    kept = [(os.open(path, os.O_PATH), os.path.isdir(path), path) for path in keep if os.path.exists(path)]
    mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, f"size={SCRATCH_LIMIT},nr_inodes=4096,mode=1777")
    for descriptor, is_folder, path in kept:
        os.makedirs(path if is_folder else os.path.dirname(path), exist_ok=True)
        if not is_folder:
            open(path, "w", encoding="utf-8").close()
        try:
            # With what is mounted inside: that hides the settings and the store.
            mount(f"/proc/self/fd/{descriptor}", path, None, MS_BIND | MS_REC)
        except OSError:
            # It was removed from the host meanwhile; a call that needs it is given another sandbox.
            pass
        os.close(descriptor)
    # One store for both, so that one limit holds for both.
    mount("/tmp", "/dev/shm", None, MS_BIND)
    # Shared memory of System V outlives who made it and counts as nobody's.
    write_if_possible("/proc/sys/kernel/shmall", "0")


def watch_over_orphans():
    """Without a process namespace: orphans of the call become the caller's children, and it hears of its parent's end."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def become_script(uid, sandboxed, timeout):
    """Gives up everything the script must not have. `uid`: the user to become, None to stay the same."""
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    if sandboxed:
        enter_user_namespace()
    limit(timeout, sandboxed, uid)
    drop_capabilities()
    refuse_calls()
    # The change of user resets both. A script may look at its own /proc/self.
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    prctl(PR_SET_DUMPABLE, 1)
    # If the machine runs out of memory, it is the script that goes.
    write_if_possible("/proc/self/oom_score_adj", "1000")


def enter_user_namespace():
    """Processes are counted and keys kept per user namespace. Where the host lets nobody have one, a script cannot
    make one either, and so the call goes on without."""
    uid, gid = os.getuid(), os.getgid()
    try:
        unshare(CLONE_NEWUSER, "user")
    except OSError:
        return
    prctl(PR_SET_DUMPABLE, 1)
    write("/proc/self/setgroups", "deny")
    write("/proc/self/uid_map", f"{SEEN_ID} {uid} 1")
    write("/proc/self/gid_map", f"{SEEN_ID} {gid} 1")
    # In one of its own a script would have every capability, and with it much more of the kernel to attack.
    write("/proc/sys/user/max_user_namespaces", "0")


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def write_if_possible(path, text):
    try:
        write(path, text)
    except OSError:
        pass


def limit(timeout, sandboxed, uid):
    seconds = processor_seconds(timeout)
    limit_to(resource.RLIMIT_CPU, seconds, seconds + 1)
    limit_to(resource.RLIMIT_AS, MEMORY_LIMIT)
    limit_to(resource.RLIMIT_NOFILE, OPEN_FILES)
    limit_to(resource.RLIMIT_FSIZE, FILE_LIMIT)
    # 0 keeps none from a program that the host pipes cores to; 1 does, and is too little for a file.
    limit_to(resource.RLIMIT_CORE, 1)
    # A user of its own, or a namespace of its own, starts at no process. Else those of the worker's user count too.
    alone = sandboxed or uid is not None
    limit_to(resource.RLIMIT_NPROC, PROCESSES if alone else PROCESSES + threads_of(os.geteuid()))


def processor_seconds(timeout):
    """As long as the flow lets it take: `timeout` is its author's word. With several threads it is used up earlier."""
    return max(2, math.ceil(timeout))


def limit_to(kind, soft, hard=None):
    hard = soft if hard is None else hard
    most = resource.getrlimit(kind)[1]
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(kind, (soft, hard))


def numbered(folder):
    try:
        return [int(name) for name in os.listdir(folder) if name.isdigit()]
    except OSError:
        return []


def threads_of(uid):
    """As RLIMIT_NPROC counts them. 0 where there is no /proc."""
    count = 0
    for pid in numbered("/proc"):
        try:
            if os.stat(f"/proc/{pid}").st_uid == uid:
                count += len(os.listdir(f"/proc/{pid}/task"))
        except OSError:
            pass
    return count


def private_memory(pid):
    """Bytes that the process holds beyond files it has mapped; 0 when it is gone."""
    total = 0
    try:
        with open(f"/proc/{pid}/status", "rb") as file:
            for line in file:
                if line.startswith((b"RssAnon:", b"RssShmem:")):
                    total += int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return total


def memory_of_all(before):
    """Of every process in this namespace but the caller. `before`: what each has from the moment it is forked."""
    own = os.getpid()
    return sum(max(0, private_memory(pid) - before) for pid in numbered("/proc") if pid != own)


def children():
    """Direct children of this process."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="utf-8") as file:
            return [int(pid) for pid in file.read().split()]
    except OSError:
        return [pid for pid in numbered("/proc") if parent_of(pid) == os.getpid()]


def parent_of(pid):
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return None


def kill_all(uid):
    """Everything the call started, wherever it went.
    As a process namespace's first process: all in it. With a user of the call's own: all of that user's. Else: every
    descendant, for the orphans among them are the caller's children."""
    if os.getpid() == 1:
        kill_everybody()
        return
    if uid is not None:
        killer = os.fork()
        if killer == 0:
            os.setresuid(uid, uid, uid)
            kill_everybody()
            os._exit(0)
        os.waitpid(killer, 0)
    for pid in children():
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass


def kill_everybody():
    try:
        os.kill(-1, signal.SIGKILL)
    except OSError:
        pass


def end_call(leader, uid):
    """Kills all and waits until it is gone. Gives how the call's own process ended, None if that is not known."""
    status = None
    # Each round makes the orphans of the last one our children; a fork bomb is out of breath long before.
    for _ in range(500):
        kill_all(uid)
        try:
            while True:
                pid, ended = os.waitpid(-1, 0 if status is None else os.WNOHANG)
                if pid == leader:
                    status = ended
                if pid == 0:
                    time.sleep(0.001)
                    break
        except ChildProcessError:
            break
    return status


def sweep(uid, folders=("/tmp", "/var/tmp", "/dev/shm")):
    """Without a /tmp of its own: removes what the call's user left in the folders everybody may write to."""
    if uid is None:
        return
    for folder in folders:
        try:
            left = [entry for entry in os.scandir(folder) if entry.stat(follow_symlinks=False).st_uid == uid]
        except OSError:
            continue
        for entry in left:
            remove(entry)


def remove(entry):
    import shutil

    try:
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            os.unlink(entry.path)
    except OSError:
        pass
