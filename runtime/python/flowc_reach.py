"""What a script can import: modules beside it, and the interpreter's own library wherever that lies."""

import os
import sys


def reach(folder, sandboxed):
    """Before the change of user: the sandbox shows both at their places, else root's may lie where nobody may walk."""
    if HIDDEN[0]:
        reach_library()
    if folder is not None:
        sys.path.insert(0, folder if sandboxed else enter_folder(folder))


def enter_folder(folder):
    """Modules beside the script can be imported, also where the script's user may not walk the folders above it."""
    os.chdir(folder)
    return "/proc/self/cwd" if os.geteuid() == 0 and os.path.isdir("/proc/self/cwd") else folder


def library():
    """A venv's own packages may lie where others may not walk although the interpreter they extend does not."""
    return [os.__file__, *filter(os.path.exists, sys.path)]


def readable(paths):
    for path in paths:
        os.close(os.open(path, os.O_RDONLY))


def reach_library():
    """Keeps a hand on its folders, and imports through that. Without it a script could import only what happens to be
    loaded already."""
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


# Found out once, when the zygote starts.
HIDDEN = [False]
