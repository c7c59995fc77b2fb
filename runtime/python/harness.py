"""The zygote: keeps a watcher waiting for the next call, and never sees what is in a call.

Started as `python3 -I -B -X utf8 harness.py SETUP` (host.ts). A call is read by the watcher forked for it,
straight from the stdin that all share, so no process that lives on has an input or a result in its memory. A call ends
with its answer's line, never at the end of a pipe: a process that a script left behind may hold the pipe open.
"""

import gc
import json
import os
import signal
import sys


def say(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


# Only the variables named in the arguments reach a script, whatever a wrapper around the interpreter has set.
SETUP = json.loads(sys.argv[1])
SANDBOXED = SETUP["mode"] == "sandbox"
for variable in [name for name in os.environ if name not in SETUP["env"]]:
    del os.environ[variable]

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import flowc_jail  # noqa: E402
import flowc_linux  # noqa: E402
import flowc_reach  # noqa: E402
import flowc_watch  # noqa: E402

sys.path.pop(0)

# Far from every user that a host gives out; in a container without that many users, the last ones it has.
FIRST_UIDS = (1_700_000_000, 60_000)
CYCLE = 5_000


def first_uid():
    """The first of the users that calls run as, None where this process may not choose: it is not root."""
    if os.geteuid() != 0:
        return None
    for uid in FIRST_UIDS:
        if succeeds(lambda: os.setresuid(uid + CYCLE, uid + CYCLE, uid + CYCLE)):
            # Pools of one machine begin at different ones, so that they cannot signal each other's calls.
            return uid + os.getpid() * 37 % (CYCLE // 2) if not SANDBOXED else uid
    return None


def succeeds(work):
    """Tried out in a process of its own."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException:  # noqa: BLE001
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


class Spaces:
    """Each watcher is the first process of a process namespace; the zygote itself stays in its own."""

    def __init__(self):
        self.own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC) if SANDBOXED else None

    def fork(self):
        if self.own is None:
            return os.fork()
        flowc_linux.unshare(flowc_linux.CLONE_NEWPID, "process")
        try:
            return os.fork()
        finally:
            if os.getpid() != 1:
                flowc_linux.return_to(self.own, flowc_linux.CLONE_NEWPID)


def try_out(spaces, uid):
    """All that a call needs, without a call. Says what this host lacks before anybody depends on it."""
    read, write = os.pipe()
    child = spaces.fork()
    if child == 0:
        try:
            flowc_jail.enter_own_space(SETUP["keep"])
            flowc_jail.become_script(uid, True, 1)
            os._exit(0)
        except BaseException as error:  # noqa: BLE001
            os.write(write, str(error).encode())
            os._exit(1)
    os.close(write)
    status = os.waitpid(child, 0)[1]
    words = os.read(read, 1000).decode("utf-8", "replace")
    os.close(read)
    if status != 0:
        say({"fatal": words or "a call could not be kept apart"})
        sys.exit(0)


def serve(spaces, uid):
    turn = 0
    while True:
        read, write = os.pipe()
        own = None if uid is None else uid + turn % (CYCLE // 2)
        child = spaces.fork()
        if child == 0:
            os.close(read)
            try:
                flowc_watch.attend(write, own, SETUP)
                os._exit(0)
            except BaseException as error:  # noqa: BLE001
                os.write(2, f"{type(error).__name__}: {error}\n".encode("utf-8", "replace"))
                os._exit(1)
        os.close(write)
        taken = os.read(read, 1)
        os.close(read)
        if not taken:
            break
        turn += 1
        reap(os.WNOHANG)
    # The last watcher found the end of stdin; the one before may still be at work.
    reap(0)


def reap(options):
    try:
        while os.waitpid(-1, options)[0] != 0:
            pass
    except ChildProcessError:
        pass


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    flowc_linux.prctl(flowc_linux.PR_SET_DUMPABLE, 0)
    spaces, uid = Spaces(), first_uid()
    if SANDBOXED:
        try_out(spaces, uid)
    elif uid is not None:
        library = flowc_reach.library()
        flowc_reach.HIDDEN[0] = not succeeds(lambda: (os.setresuid(uid, uid, uid), flowc_reach.readable(library)))
    say({"ready": True})
    gc.collect()
    gc.freeze()
    serve(spaces, uid)


main()
