"""The zygote: reads one call a line from stdin, forks a process for it, answers with one line on stdout.

Started as `python3 -I -B -X utf8 harness.py [VARIABLE…]`. A call ends with its result line, never at the end of a pipe: a process
that a script left behind may hold the pipe open. Everything a call started is killed before its answer is given.
"""

import ctypes
import json
import math
import os
import pwd
import resource
import select
import signal
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
MEGABYTE = 1024 * 1024
OUTPUT_LIMIT = 1_000_000
MEMORY_LIMIT = 512 * MEGABYTE
LINE_MARK = b"\x1e"

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38


def prctl(option, value):
    """Linux alone has it; elsewhere less can be promised about processes that a script leaves behind."""
    try:
        LIBC.prctl(option, value, 0, 0, 0)
    except AttributeError:
        pass


def processes_of(uid):
    """Threads included, as RLIMIT_NPROC counts them. 0 where there is no /proc."""
    count = 0
    for pid in numbered("/proc"):
        try:
            if os.stat(f"/proc/{pid}").st_uid == uid:
                count += len(os.listdir(f"/proc/{pid}/task"))
        except OSError:
            pass
    return count


def children():
    """Direct children of this process; orphans below it become its own (it is a subreaper)."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
            return [int(pid) for pid in file.read().split()]
    except OSError:
        return [pid for pid in numbered("/proc") if parent_of(pid) == os.getpid()]


def numbered(folder):
    try:
        return [int(name) for name in os.listdir(folder) if name.isdigit()]
    except OSError:
        return []


def parent_of(pid):
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return None


def kill_call(leader):
    """Kills the call's process, its group, and whatever left the group."""
    for kill, target in ((os.killpg, leader), (os.kill, leader)):
        try:
            kill(target, signal.SIGKILL)
        except OSError:
            pass
    status = None
    # Each round makes the orphans of the last one our children; a fork bomb is out of breath long before.
    for _ in range(200):
        for pid in children():
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        try:
            while True:
                pid, ended = os.waitpid(-1, 0 if status is None else os.WNOHANG)
                if pid == leader:
                    status = ended
                if pid == 0:
                    time.sleep(0.002)
                    break
        except ChildProcessError:
            break
    return status


def limit(request, uid):
    timeout = math.ceil(request["timeout"]) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (timeout, timeout + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MEGABYTE, MEGABYTE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    processes = processes_of(uid) + 64
    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    if hard != resource.RLIM_INFINITY:
        processes = min(processes, hard)
    resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))


def enter_folder(folder):
    """Modules beside the script can be imported, also where nobody may not walk the folders above it."""
    os.chdir(folder)
    return "/proc/self/cwd" if os.geteuid() == 0 and os.path.isdir("/proc/self/cwd") else folder


def reach_library():
    """Root's own Python often lies where nobody else may walk (below /root): keep a hand on its folders, and import
    through that. Without it a script could import only what happens to be loaded already."""
    reached = {}
    for entry in sys.path:
        if os.path.isdir(entry):
            reached[entry] = f"/proc/self/fd/{os.open(entry, os.O_RDONLY | os.O_DIRECTORY)}"
    sys.path[:] = [reached.get(entry, entry) for entry in sys.path]
    sys.path_importer_cache.clear()
    for module in list(sys.modules.values()):
        folders = getattr(module, "__path__", None)
        if isinstance(folders, list):
            module.__path__ = [through(folder, reached) for folder in folders]


def through(folder, reached):
    entry = max((each for each in reached if folder.startswith(each + "/")), key=len, default=None)
    return folder if entry is None else reached[entry] + folder[len(entry) :]


def in_child(request, result, out, err):
    """The call's own process. Never returns."""
    try:
        os.setsid()
        null = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((null, 0), (out, 1), (err, 2)):
            os.dup2(source, target)
        # One place for the result, everything else of the zygote closed.
        if result != 3:
            os.dup2(result, 3)
        os.set_inheritable(3, False)
        os.closerange(4, 1024)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        if LIBRARY_HIDDEN:
            reach_library()
        root = os.geteuid() == 0
        uid = NOBODY.pw_uid if root else os.geteuid()
        try:
            if request.get("file") is None:
                script = request["code"]
            else:
                with open(request["file"], "rb") as file:
                    script = file.read()
                sys.path.insert(0, enter_folder(os.path.dirname(request["file"])))
        except OSError as error:
            words = f"{request['name']}: the script {request['file']} cannot be read: {error.strerror}"
            os.write(3, json.dumps({"fault": "missing", "message": words, "line": None}).encode() + b"\n")
            os._exit(0)
        limit(request, uid)
        if root:
            os.setgroups([])
            os.setgid(NOBODY.pw_gid)
            os.setuid(uid)
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        # After the change of user, which resets both: die with the zygote; let the script see its own /proc/self.
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        prctl(PR_SET_DUMPABLE, 1)
        flowc_call.perform(request, script, 3)
    except BaseException as error:  # noqa: BLE001
        try:
            words = f"{type(error).__name__}: {error}"
            os.write(3, json.dumps({"fault": "killed", "message": words, "line": None}).encode() + b"\n")
        except BaseException:  # noqa: BLE001
            pass
    os._exit(0)


class Lines:
    """Cuts what arrives on one pipe into log lines, up to the limit that both pipes share."""

    def __init__(self, level, budget, log):
        self.level, self.budget, self.log, self.rest = level, budget, log, b""

    def add(self, data):
        room = max(0, OUTPUT_LIMIT - self.budget[0])
        self.budget[0] += len(data)
        *lines, self.rest = (self.rest + data[:room]).split(b"\n")
        for line in lines:
            self.line(line)

    def line(self, line):
        printed, mark, marked = line.partition(LINE_MARK)
        if mark:
            try:
                level, text = json.loads(marked)
            except (ValueError, TypeError):
                printed, mark = line, b""
        if printed or not mark:
            self.log.append([self.level, printed.decode("utf-8", "replace")])
        if mark:
            self.log.append([str(level), str(text)])

    def end(self):
        if self.rest:
            self.line(self.rest)
            self.rest = b""


def drain(descriptor, take):
    """Reads what is there now, but not for ever: a script may write faster than we read. False: the pipe is closed."""
    for _ in range(32):
        try:
            data = os.read(descriptor, 65536)
        except (BlockingIOError, InterruptedError):
            return True
        if not data:
            return False
        take(data)
    return True


def watch(request, child, descriptors):
    """Follows the call until its result, its end, or its time is over: (result line or None, timed out)."""
    result, out, err = descriptors
    deadline = time.monotonic() + request["timeout"]
    budget, log, received = [0], [], bytearray()
    lines = {out: Lines("info", budget, log), err: Lines("warning", budget, log)}
    poll = select.poll()
    for descriptor in descriptors:
        os.set_blocking(descriptor, False)
        poll.register(descriptor, select.POLLIN)
    # Node went away: nobody waits for an answer any more.
    poll.register(0, 0)
    exited = os.pidfd_open(child) if hasattr(os, "pidfd_open") else None
    if exited is not None:
        poll.register(exited, select.POLLIN)
    timed_out = gone = False
    while b"\n" not in received and not gone:
        left = deadline - time.monotonic()
        if left <= 0:
            timed_out = True
            break
        wait = math.ceil(left * 1000) if exited is not None else 20
        for descriptor, event in poll.poll(wait):
            if descriptor == 0:
                if event & (select.POLLHUP | select.POLLERR):
                    kill_call(child)
                    os._exit(0)
            elif descriptor == exited:
                gone = True
            elif not drain(descriptor, received.extend if descriptor == result else lines[descriptor].add):
                poll.unregister(descriptor)
        if exited is None and os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            gone = True
    drain(result, received.extend)
    for descriptor in (out, err):
        drain(descriptor, lines[descriptor].add)
    status = kill_call(child)
    for descriptor in (out, err):
        drain(descriptor, lines[descriptor].add)
        lines[descriptor].end()
    if budget[0] > OUTPUT_LIMIT:
        log.append(["warning", f"the script wrote {budget[0]} bytes; everything after the first 1 MB was dropped"])
    if exited is not None:
        os.close(exited)
    for descriptor in descriptors:
        os.close(descriptor)
    line = bytes(received).partition(b"\n")[0] if b"\n" in received else None
    return line, timed_out, status, log


def answer(request):
    read_write = [os.pipe() for _ in range(3)]
    child = os.fork()
    if child == 0:
        in_child(request, *(pair[1] for pair in read_write))
    for _, write in read_write:
        os.close(write)
    CURRENT[0] = child
    line, timed_out, status, log = watch(request, child, [pair[0] for pair in read_write])
    CURRENT[0] = None
    name = request["name"]
    if line is not None:
        try:
            outcome = json.loads(line)
        except ValueError:
            outcome = {"fault": "nonsense", "message": f"{name}: the script wrote into the result's own pipe", "line": None}
    elif timed_out:
        words = f"{name}: did not end within {request['timeout']:g} seconds"
        outcome = {"fault": "timeout", "message": words, "line": None}
    elif status is not None and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
        words = f"{name}: used more than {math.ceil(request['timeout']) + 1} seconds of processor time"
        outcome = {"fault": "timeout", "message": words, "line": None}
    else:
        outcome = {"fault": "killed", "message": f"{name}: {ending(status)} without a result", "line": None}
    return {"id": request["id"], "log": log, **outcome}


def ending(status):
    if status is None:
        return "the process ended"
    if os.WIFSIGNALED(status):
        return f"the process was ended by {signal.Signals(os.WTERMSIG(status)).name}"
    return f"the process ended with code {os.WEXITSTATUS(status)}"


def say(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def stop(_number, _frame):
    if CURRENT[0] is not None:
        kill_call(CURRENT[0])
    os._exit(0)


def readable_by_nobody(paths):
    """Tried out in a process of its own."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(NOBODY.pw_gid)
            os.setuid(NOBODY.pw_uid)
            for path in paths:
                os.close(os.open(path, os.O_RDONLY))
            os._exit(0)
        except BaseException:  # noqa: BLE001
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def main():
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    say({"ready": True})
    while line := sys.stdin.readline():
        say(answer(json.loads(line)))


CURRENT = [None]

# Only the variables named in the arguments reach a script, whatever a wrapper around the interpreter has set.
for variable in [name for name in os.environ if name not in sys.argv[1:]]:
    del os.environ[variable]

if sys.version_info < (3, 9):
    say({"fatal": f"Python {sys.version.split()[0]} is too old: scripts need 3.9 or newer"})
    sys.exit(0)

LIBC = ctypes.CDLL(None, use_errno=True)
try:
    NOBODY = pwd.getpwnam("nobody")
except KeyError:
    NOBODY = pwd.struct_passwd(("nobody", "x", 65534, 65534, "", "/", ""))
# A venv's own packages may lie where nobody may not walk although the interpreter they extend does not.
LIBRARY = [os.__file__, *filter(os.path.exists, sys.path)]
LIBRARY_HIDDEN = os.geteuid() == 0 and not readable_by_nobody(LIBRARY)
sys.path.insert(0, HERE)
import flowc_call  # noqa: E402

sys.path.pop(0)
main()
