"""The watcher of one call: reads it, forks the script's process, follows it, kills what it started, answers, ends."""

import json
import math
import os
import select
import shutil
import signal
import time

import flowc_call
import flowc_reach
import flowc_zone
from flowc_jail import (
    MEMORY_LIMIT,
    MEGABYTE,
    become_script,
    end_call,
    enter_own_space,
    memory_of_all,
    private_memory,
    processor_seconds,
    sweep,
    watch_over_orphans,
)

OUTPUT_LIMIT = 1_000_000
LINES_LIMIT = 10_000
LINE_MARK = b"\x1e"
RESULT = 3
# How often the memory of all processes of a call is looked at: in this time two cores fill some ten megabytes.
LOOK_SECONDS = 0.025


def read_exactly(descriptor, size):
    data = bytearray()
    while len(data) < size:
        part = os.read(descriptor, size - len(data))
        if not part:
            return None
        data += part
    return bytes(data)


def read_call():
    """One frame of stdin, eight hexadecimal digits of length before it, and not a byte more. None at its end."""
    head = read_exactly(0, 8)
    body = None if head is None else read_exactly(0, int(head, 16))
    return None if body is None else json.loads(body)


def say(message):
    data = json.dumps(message).encode("ascii") + b"\n"
    while data:
        data = data[os.write(1, data) :]


def attend(taken, uid, setup):
    """The life of a watcher. `taken` is told as soon as the call is read: the next watcher may begin to wait."""
    sandboxed = setup["mode"] == "sandbox"
    if sandboxed:
        enter_own_space(setup["keep"])
    else:
        watch_over_orphans()
    request = read_call()
    if request is None:
        return
    os.write(taken, b"t")
    os.close(taken)
    zones = flowc_zone.written(request["zone"], request.pop("zoneFile"), sandboxed)
    answered = answer({**request, "zones": zones}, uid, sandboxed)
    if not sandboxed:
        tidy(uid, zones)
    say(answered)


def answer(request, uid, sandboxed):
    pipes = [os.pipe() for _ in range(3)]
    child = os.fork()
    if child == 0:
        in_script_process(request, uid, sandboxed, *(pair[1] for pair in pipes))
    for _, write in pipes:
        os.close(write)
    if not sandboxed:
        signal.signal(signal.SIGTERM, lambda *_: give_up(child, uid, request["zones"]))
    call = Call(request, child, [pair[0] for pair in pipes], sandboxed)
    call.follow()
    status = end_call(child, uid)
    call.drain_output()
    return {"id": request["id"], "log": call.log, **call.outcome(status)}


def give_up(child, uid, zones):
    """The zygote is being ended, and the call with it."""
    end_call(child, uid)
    tidy(uid, zones)
    os._exit(0)


def tidy(uid, zones):
    """Where the call has no /tmp of its own."""
    shutil.rmtree(zones, ignore_errors=True)
    sweep(uid)


def in_script_process(request, uid, sandboxed, result, out, err):
    """Never returns."""
    try:
        os.setsid()
        null = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((null, 0), (out, 1), (err, 2), (result, RESULT)):
            if source != target:
                os.dup2(source, target)
        os.set_inheritable(RESULT, False)
        # Nothing of the watcher's stays open: not the way calls come, not the one answers go.
        os.closerange(RESULT + 1, 4096)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        flowc_reach.reach(request.get("folder"), sandboxed)
        become_script(uid, sandboxed, request["timeout"])
        flowc_call.perform(request, RESULT)
    except BaseException as error:  # noqa: BLE001
        try:
            words = f"{request['name']}: {type(error).__name__}: {error}"
            os.write(RESULT, json.dumps({"fault": "killed", "message": words, "line": None}).encode() + b"\n")
        except BaseException:  # noqa: BLE001
            pass
    os._exit(0)


class Lines:
    """Cuts what arrives on one pipe into log lines, up to the limit that both pipes share."""

    def __init__(self, level, budget, log):
        self.level, self.budget, self.log, self.rest = level, budget, log, b""
        self.dropped = 0

    def add(self, data):
        room = max(0, OUTPUT_LIMIT - self.budget[0])
        self.budget[0] += len(data)
        *lines, self.rest = (self.rest + data[:room]).split(b"\n")
        for line in lines:
            self.line(line)

    def line(self, line):
        if len(self.log) >= LINES_LIMIT:
            self.dropped += 1
            return
        printed, mark, marked = line.partition(LINE_MARK)
        if mark:
            try:
                level, text = json.loads(marked)
            except (ValueError, TypeError, RecursionError):
                printed, mark = line, b""
        if printed or not mark:
            self.log.append([self.level, printed.decode("utf-8", "replace")])
        if mark:
            self.log.append([known_level(level), str(text)])

    def end(self):
        if self.rest:
            self.line(self.rest)
            self.rest = b""


def known_level(level):
    return level if level in ("debug", "info", "warning", "error") else "info"


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


class Call:
    """Follows the script's process until its result, its end, or the end of its time or memory."""

    def __init__(self, request, child, descriptors, sandboxed):
        self.request, self.child, self.descriptors, self.sandboxed = request, child, descriptors, sandboxed
        self.budget, self.log, self.received = [0], [], bytearray()
        result, out, err = descriptors
        self.lines = {out: Lines("info", self.budget, self.log), err: Lines("warning", self.budget, self.log)}
        self.takers = {result: self.take_result, **{each: lines.add for each, lines in self.lines.items()}}
        self.before = private_memory(os.getpid()) if sandboxed else 0
        self.end = None

    def take_result(self, data):
        if len(self.received) <= 2 * flowc_call.RESULT_LIMIT:
            self.received += data

    def follow(self):
        deadline = time.monotonic() + self.request["timeout"]
        poll = select.poll()
        for descriptor in self.descriptors:
            os.set_blocking(descriptor, False)
            poll.register(descriptor, select.POLLIN)
        # Node went away: nobody waits for an answer any more.
        poll.register(0, 0)
        exited = os.pidfd_open(self.child) if hasattr(os, "pidfd_open") else None
        if exited is not None:
            poll.register(exited, select.POLLIN)
        next_look = time.monotonic() + LOOK_SECONDS
        while self.end is None and b"\n" not in self.received:
            now = time.monotonic()
            if now >= deadline:
                self.end = "late"
                break
            if self.sandboxed and now >= next_look:
                if memory_of_all(self.before) > MEMORY_LIMIT:
                    self.end = "memory"
                    break
                next_look = now + LOOK_SECONDS
            until = min(deadline, next_look) if self.sandboxed else deadline
            wait = math.ceil((until - now) * 1000) if exited is not None else 20
            for descriptor, event in poll.poll(max(1, wait)):
                self.heard(poll, descriptor, event, exited)
            if exited is None and os.waitid(os.P_PID, self.child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                self.end = "gone"
        if exited is not None:
            os.close(exited)
        drain(self.descriptors[0], self.take_result)

    def heard(self, poll, descriptor, event, exited):
        if descriptor == 0:
            if event & (select.POLLHUP | select.POLLERR):
                self.end = "unwanted"
        elif descriptor == exited:
            self.end = "gone"
        elif not drain(descriptor, self.takers[descriptor]):
            poll.unregister(descriptor)

    def drain_output(self):
        """What the pipes still hold; after everybody who writes to them is gone."""
        for descriptor, lines in self.lines.items():
            drain(descriptor, lines.add)
            lines.end()
        dropped = sum(lines.dropped for lines in self.lines.values())
        if dropped > 0:
            self.log.append(["warning", f"the script wrote {dropped} lines more than the {LINES_LIMIT} that are kept"])
        if self.budget[0] > OUTPUT_LIMIT:
            words = f"the script wrote {self.budget[0]} bytes; everything after the first 1 MB was dropped"
            self.log.append(["warning", words])

    def outcome(self, status):
        name, seconds = self.request["name"], self.request["timeout"]
        if b"\n" in self.received:
            try:
                return checked(json.loads(bytes(self.received).partition(b"\n")[0]))
            except (ValueError, RecursionError):
                return fault("nonsense", f"{name}: the script wrote into the result's own pipe")
        if self.end == "late":
            return fault("timeout", f"{name}: did not end within {seconds:g} seconds")
        if self.end == "memory":
            return fault("killed", f"{name}: its processes together used more than {MEMORY_LIMIT // MEGABYTE} MB of memory")
        if status is not None and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
            return fault("timeout", f"{name}: used more than {processor_seconds(seconds)} seconds of processor time")
        return fault("killed", f"{name}: {ending(status)} without a result")


def checked(outcome):
    """A script that writes into the result's pipe may say what it likes about itself, but in our form."""
    if not isinstance(outcome, dict) or not isinstance(outcome.get("fields", {}), dict):
        raise ValueError
    # What JSON for Node and text for the store cannot hold: NaN, half a surrogate pair.
    json.dumps(outcome, ensure_ascii=False, allow_nan=False).encode("utf-8")
    if "fields" in outcome:
        return {"fields": outcome["fields"]}
    kind, message, line = outcome.get("fault"), outcome.get("message"), outcome.get("line")
    if kind not in ("raised", "nonsense", "missing", "killed") or not isinstance(message, str):
        raise ValueError
    is_line = isinstance(line, int) and 0 < line < 2**31
    return {"fault": kind, "message": message[:20_000], "line": line if is_line else None}


def fault(kind, message):
    return {"fault": kind, "message": message, "line": None}


def ending(status):
    if status is None:
        return "the process ended"
    if os.WIFSIGNALED(status):
        try:
            return f"the process was ended by {signal.Signals(os.WTERMSIG(status)).name}"
        except ValueError:
            return f"the process was ended by signal {os.WTERMSIG(status)}"
    return f"the process ended with code {os.WEXITSTATUS(status)}"
