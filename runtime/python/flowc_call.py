"""One call of a script, inside a process of its own: values in, `run`, values out. Forked off by harness.py."""

import asyncio
import inspect
import io
import json
import math
import os
import sys
import traceback
import types
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import flowc_zone

RESULT_LIMIT = 1_000_000
LARGEST_INTEGER = 2**53 - 1
LOG_MARK = "\x1e"


class Nonsense(Exception):
    """The script returned something that is no set of field values."""


class Missing(Exception):
    """The script, its `run`, or something it needs is not there."""


class Log:
    """What a script knows as `log`: lines that reach the participant's record, in order with its prints."""

    def _write(self, level, message, args):
        text = str(message)
        if args:
            try:
                text = text % args
            except (TypeError, ValueError):
                text = " ".join([text, *map(str, args)])
        sys.stdout.flush()
        sys.stdout.write(f"{LOG_MARK}{json.dumps([level, text])}\n")
        sys.stdout.flush()

    def debug(self, message, *args):
        self._write("debug", message, args)

    def info(self, message, *args):
        self._write("info", message, args)

    def warning(self, message, *args):
        self._write("warning", message, args)

    warn = warning

    def error(self, message, *args):
        self._write("error", message, args)

    def exception(self, message, *args):
        self._write("error", message, args)
        self._write("error", traceback.format_exc().rstrip(), ())

    __call__ = info


def moment(text, zone):
    """A stored datetime: wall clock in the scheduling timezone, or an instant, shown in that timezone."""
    at = datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)
    return at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)


class Arrived:
    """Datetimes as they came. One that is returned unchanged goes back as the same text: a wall clock stays one, and
    nothing is computed that could move it."""

    def __init__(self):
        self.texts = {}

    def add(self, value, text, name):
        self.texts.setdefault(self.key(value), {})[name] = text
        return value

    def text(self, value, name):
        known = self.texts.get(self.key(value), {})
        return known.get(name) or next(iter(known.values()), None)

    def key(self, value):
        return value.replace(tzinfo=None, fold=0), value.fold, id(value.tzinfo)


ARRIVED = Arrived()


def incoming(value, kind, zone, name=""):
    if value is None or not isinstance(value, str):
        return value
    if kind == "numeric":
        return Decimal(value)
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "datetime":
        return ARRIVED.add(moment(value, zone), value, name)
    return value


def incoming_fields(values, kinds, zone):
    """Every declared field is there: a missing one is None, never a KeyError."""
    names = {**dict.fromkeys(kinds), **values}
    return {name: incoming(value, kinds.get(name, {}).get("kind"), zone, name) for name, value in names.items()}


def incoming_params(value, zone):
    """JSON, in which `{"$numeric": "1.50"}`, `{"$date": …}` and `{"$datetime": …}` stand for typed values."""
    if isinstance(value, list):
        return [incoming_params(item, zone) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        tag, content = next(iter(value.items()))
        if tag in ("$numeric", "$date", "$datetime"):
            return incoming(content, tag[1:], zone)
    return {name: incoming_params(item, zone) for name, item in value.items()}


def incoming_communication(communication, zone):
    if communication is None:
        return None
    known = dict(communication)
    kinds = known.pop("types", None) or {}
    for name in ("started", "ended"):
        known[name] = incoming(known[name], "datetime", zone)
    known["results"] = incoming_fields(known["results"], kinds, zone)
    return known


def outgoing(value, name):
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            # Python refuses to write out one of more than 4,300 digits.
            shown = value if value.bit_length() <= 200 else f"{value.bit_length()} bits long"
            raise Nonsense(f'"{name}" is {shown}, an integer beyond 2^53 - 1; return a Decimal or text')
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise Nonsense(f'"{name}" is {value}; return a finite number or None')
        return value
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise Nonsense(f'"{name}" is {value}; return a finite number or None')
        if abs(value.adjusted()) > 100:
            raise Nonsense(f'"{name}" is {value}, which has more than 34 digits')
        return format(value, "f")
    if isinstance(value, datetime):
        return ARRIVED.text(value, name) or value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")
    if isinstance(value, date):
        return value.isoformat()
    raise Nonsense(
        f'"{name}" is of type {type(value).__name__}; a field value is text, a number, a boolean, a date, a datetime or None'
    )


def outgoing_fields(returned):
    if not isinstance(returned, dict):
        what = "nothing" if returned is None else f"a value of type {type(returned).__name__}"
        raise Nonsense(f"run returned {what}; return a dictionary of field values, {{}} for no change")
    for name in returned:
        if not isinstance(name, str):
            raise Nonsense(f"run returned a dictionary with the key {name!r}; keys are names of fields")
    return {name: outgoing(value, name) for name, value in returned.items()}


async def awaited(awaitable):
    return await awaitable


def load(source, name, path):
    module = types.ModuleType("__script__")
    module.__file__ = path
    # Dataclasses and pickle look a class's module up by name.
    sys.modules["__script__"] = module
    exec(compile(source, name, "exec"), module.__dict__)
    return module


def run(request):
    zone = flowc_zone.use(request["zone"], request["zones"])
    module = load(request["code"], request["name"], request.get("file") or request["name"])
    function = getattr(module, "run", None)
    if not callable(function):
        raise Missing(f"{request['name']} has no function run(participant, communication, params, log)")
    returned = function(
        incoming_fields(request["participant"], request["types"], zone),
        incoming_communication(request["communication"], zone),
        incoming_params(request["params"], zone),
        Log(),
    )
    if inspect.isawaitable(returned):
        returned = asyncio.run(awaited(returned))
    return outgoing_fields(returned)


def evaluate(request):
    zone = flowc_zone.use(request["zone"], request["zones"])
    scope = incoming_fields(request["participant"], request["types"], zone)
    scope.update(datetime=datetime, date=date, timedelta=timedelta, timezone=timezone)
    value = eval(compile(request["code"].strip(), request["name"], "eval"), scope)
    if value is not None and not isinstance(value, (date, str)):
        raise Nonsense(f"the expression gave a value of type {type(value).__name__}; it must give a date, a datetime or None")
    return {"value": outgoing(value, "value")}


def line_of(error, name):
    """The innermost line that stands in the script itself."""
    if isinstance(error, SyntaxError) and error.filename == name:
        return error.lineno
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == name]
    return lines[-1] if lines else None


def words_of(error):
    if isinstance(error, MemoryError):
        return "MemoryError: the script used more memory than it may"
    words = "".join(traceback.format_exception_only(type(error), error)[-1:]).strip()
    return words[:10_000]


def failure(fault, words, line, request):
    where = request["name"] if line is None else f"{request['name']}:{line}"
    return {"fault": fault, "message": f"{where}: {words}", "line": line}


def outcome(request):
    """What the call came to, as JSON text; whatever the script does, this returns."""
    try:
        fields = (evaluate if request["kind"] == "evaluate" else run)(request)
        text = json.dumps({"fields": fields}, allow_nan=False)
        if len(text) > RESULT_LIMIT:
            raise Nonsense("run returned more than 1 MB of field values")
        # A lone surrogate would break the line on its way.
        text.encode("utf-8")
        return text
    except Nonsense as error:
        return json.dumps(failure("nonsense", str(error), None, request))
    except Missing as error:
        return json.dumps(failure("missing", str(error), None, request))
    except BaseException as error:  # noqa: BLE001  SystemExit and KeyboardInterrupt are the script's doing too
        return json.dumps(failure("raised", words_of(error), line_of(error, request["name"]), request))


def text_stream(descriptor):
    raw = io.FileIO(descriptor, "w", closefd=False)
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace", line_buffering=True)


def perform(request, result_descriptor):
    """Runs the call and writes its one result. A copy of the process that the script forked writes none."""
    own = os.getpid()
    sys.stdin = open(os.devnull, encoding="utf-8")
    sys.stdout = text_stream(1)
    sys.stderr = text_stream(2)
    text = outcome(request)
    if os.getpid() != own:
        return
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass
    data = text.encode("utf-8") + b"\n"
    while data:
        data = data[os.write(result_descriptor, data) :]
