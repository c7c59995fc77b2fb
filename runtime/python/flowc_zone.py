"""The scheduling timezone as Node knows it, so that a wall clock is the same instant here and there."""

import base64
import os
import struct
import tempfile
import zoneinfo
from datetime import datetime, timezone
from zoneinfo import ZoneInfo


def written(name, data, sandboxed):
    """A folder of zone files with this one in it, for `use`. It lies in the call's own /tmp, else the caller removes it."""
    folder = "/tmp/.zoneinfo" if sandboxed else tempfile.mkdtemp(prefix="flowc-zone-")
    file = os.path.join(folder, name)
    os.makedirs(os.path.dirname(file), exist_ok=True)
    os.chmod(folder, 0o755)
    with open(file, "wb") as opened:
        opened.write(compiled(name, data))
    return folder


def use(name, folder):
    """`ZoneInfo(name)`, for us and in the script, is made of Node's data instead of this Python's own."""
    zoneinfo.reset_tzpath([folder, *zoneinfo.TZPATH])
    return ZoneInfo(name)


def compiled(name, data):
    """The data as a TZif file (RFC 9636), which zoneinfo reads."""
    times, kinds = base64.b64decode(data["times"]), base64.b64decode(data["kinds"])
    own = own_zone(name)
    names, records = b"", b""
    for kind, seconds in enumerate(data["offsets"]):
        word, summer = named(own, last_time(times, kinds, kind), seconds)
        records += struct.pack(">ibb", seconds, summer, len(names))
        names += word.encode("ascii") + b"\0"
    counts = (len(kinds), len(data["offsets"]), len(names))
    empty = struct.pack(">4s1s15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, 1) + bytes(7)
    head = struct.pack(">4s1s15x6l", b"TZif", b"2", 0, 0, 0, *counts)
    return empty + head + times + kinds + records + names + b"\n\n"


def last_time(times, kinds, kind):
    at = kinds.rfind(kind)
    return 0 if at < 0 else struct.unpack_from(">q", times, 8 * at)[0]


def own_zone(name):
    try:
        return ZoneInfo.no_cache(name)
    except Exception:
        return None


def named(own, at, seconds):
    """Abbreviation and summer time are not in Node's data; this Python's are right where it knows the same offset."""
    if own is not None:
        try:
            there = datetime.fromtimestamp(at, timezone.utc).astimezone(own)
            if there.utcoffset().total_seconds() == seconds:
                return there.tzname(), bool(there.dst())
        except (OverflowError, ValueError, OSError):
            pass
    hours, rest = divmod(abs(seconds), 3600)
    return f"{'-' if seconds < 0 else '+'}{hours:02d}" + (f"{rest // 60:02d}" if rest else ""), False
