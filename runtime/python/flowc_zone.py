"""The scheduling timezone as Node knows it, so that a wall clock is the same instant here and there."""

import base64
import os
import tempfile
import zoneinfo


def written(name, file, sandboxed):
    """A folder of zone files with this one in it, for `use`. It lies in the call's own /tmp, else the caller removes it."""
    folder = "/tmp/.zoneinfo" if sandboxed else tempfile.mkdtemp(prefix="flowc-zone-")
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.chmod(folder, 0o755)
    with open(path, "wb") as opened:
        opened.write(base64.b64decode(file))
    return folder


def use(name, folder):
    """`ZoneInfo(name)`, for us and in the script, is made of Node's data instead of this Python's own."""
    zoneinfo.reset_tzpath([folder, *zoneinfo.TZPATH])
    return zoneinfo.ZoneInfo(name)
