/** Scripts that attack what is around them: the worker, its host, other calls. Each is contained, and the next call runs. */
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { PythonCall, PythonOutcome } from '../../runtime/python/port.ts';
import {
  body,
  callOf,
  closeAfterAll,
  describeIn,
  fieldsOf,
  folders,
  type Mode,
  poolOf,
  processesWith,
  textsOf,
} from './support.ts';

const folder = folders();
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(where: number | string, host?: string): Promise<Server> {
  const server = createServer((socket) => socket.end('here\n'));
  servers.push(server);
  await new Promise<void>((done) => server.listen(where as number, host, done));
  return server;
}
const portOf = (server: Server) => (server.address() as { port: number }).port;

/** Tells a process of this test from all others by its command line. */
let marks = 0;
const newMark = () => `8${process.pid}.${Date.now()}${++marks}`;

/** What a script tried and what came of it: the name of the error, or `done`. */
const tries = (name: string, ...lines: readonly string[]) => [
  'try:',
  ...lines.map((line) => `    ${line}`),
  `    tried[${JSON.stringify(name)}] = "done"`,
  'except BaseException as error:',
  `    tried[${JSON.stringify(name)}] = type(error).__name__`,
];
const trial = (imports: string, ...lines: readonly string[]) =>
  body(`import ${imports}`, 'tried = {}', ...lines, 'return tried');

for (const mode of ['sandbox', 'plain'] as const satisfies readonly Mode[]) {
  describeIn(mode, mode === 'sandbox' ? 'in a sandbox' : 'with limits alone', () => {
    const pool = closeAfterAll(poolOf(mode, { size: 2, network: mode === 'sandbox' ? 'none' : 'host' }));
    const run = (code: string, over: Partial<PythonCall> = {}) => pool.call(callOf(code, over));
    const tried = async (imports: string, ...lines: readonly string[]) => fieldsOf(await run(trial(imports, ...lines)));
    const goesOn = async () => expect(fieldsOf(await run(body('return {"fine": True}')))).toEqual({ fine: true });

    const looksFor = body(
      'import re',
      'needle = (params["half"] + "-" + params["other"]).encode()',
      'found = 0',
      'for line in open("/proc/self/maps"):',
      '    first, last, rights = re.match("([0-9a-f]+)-([0-9a-f]+) (\\\\S+)", line).groups()',
      '    if "r" not in rights or "[v" in line: continue',
      '    with open("/proc/self/mem", "rb") as memory:',
      '        memory.seek(int(first, 16))',
      '        try: found += memory.read(int(last, 16) - int(first, 16)).count(needle)',
      '        except (OSError, ValueError, OverflowError): pass',
      'return {"found": found - 1}',
    );

    it('looks for inputs of earlier calls in its own memory', async () => {
      const [half, other] = ['n33dle', 'h4ystack'];
      const secret = `${half}-${other}`;
      // It does find what is its own: the search is able to.
      const own = await run(looksFor, { params: { half, other }, participant: { secret } });
      expect(Number(fieldsOf(own).found)).toBeGreaterThan(0);
      for (let n = 0; n < 4; n++)
        fieldsOf(await run(body('print(participant["secret"])', 'return participant'), { participant: { secret } }));
      for (let n = 0; n < 2; n++)
        expect(fieldsOf(await run(looksFor, { params: { half, other } }))).toEqual({ found: 0 });
    });

    it('reads, writes, traces other processes', async () => {
      const lines = [
        'libc = ctypes.CDLL(None, use_errno=True)',
        'own = {str(os.getpid()), "self", "thread-self"}',
        'others = [pid for pid in os.listdir("/proc") if pid.isdigit() and pid not in own]',
        'open_ = {"mem": 0, "maps": 0, "environ": 0, "fd": 0}',
        'def entered(pid, name):',
        '    try: return len(os.readlink(f"/proc/{pid}/fd/0") if name == "fd" else open(f"/proc/{pid}/{name}", "rb").read(1)) > 0',
        '    except OSError: return False',
        'def alien(pid):',
        '    try: return os.stat(f"/proc/{pid}").st_uid != os.getuid()',
        '    except OSError: return False',
        'traced = sum(libc.ptrace(16, int(pid), 0, 0) == 0 for pid in others)',
        'read = sum(entered(pid, name) for pid in others for name in open_)',
        'return {"others": len(others) > 0, "traced": traced, "read": read}',
      ];
      const fields = fieldsOf(await run(body('import ctypes, os', ...lines)));
      expect(fields).toEqual({ others: true, traced: 0, read: 0 });
    });

    it('reads its watcher through /proc', async () => {
      const parent = 'f"/proc/{os.getppid()}/';
      expect(
        await tried(
          'os',
          ...tries('mem', `open(${parent}mem", "rb").read(1)`),
          ...tries('root', `os.listdir(${parent}root")`),
          ...tries('cwd', `os.listdir(${parent}cwd")`),
          ...tries('fd', `os.readlink(${parent}fd/0")`),
        ),
      ).toEqual({ mem: 'PermissionError', root: 'PermissionError', cwd: 'PermissionError', fd: 'PermissionError' });
    });

    it('kills every process it may', async () => {
      const outcome = await run(body('import os', 'try: os.kill(-1, 9)', 'except OSError: pass', 'return {}'));
      expect(outcome).toMatchObject({ kind: 'returned' });
      await goesOn();
    });

    it('signals each process by its number, and its parent', async () => {
      const outcome = await run(
        body(
          'import os, signal',
          'hit = 0',
          'for pid in [1, os.getppid(), *range(2, 40000)]:',
          '    for number in (signal.SIGSTOP, signal.SIGKILL):',
          '        try:',
          '            if pid != os.getpid(): os.kill(pid, number); hit += 1',
          '        except OSError: pass',
          'return {"hit": hit}',
        ),
      );
      // The first process of a namespace may be told, and does not hear it.
      expect(Number(fieldsOf(outcome).hit)).toBeLessThanOrEqual(4);
      await goesOn();
    });

    it('attacks the script that runs beside it', async () => {
      const mark = newMark();
      const victim = run(
        body(`import subprocess`, `subprocess.run(["sleep", "1.5${mark.slice(1, 9)}"])`, 'return {"whole": True}'),
      );
      const attacks = [
        'import os, time',
        'until = time.time() + 1.2',
        'while time.time() < until:',
        '    for pid in os.listdir("/proc"):',
        '        if not pid.isdigit() or int(pid) in (os.getpid(), os.getppid()): continue',
        '        try: os.kill(int(pid), 9)',
        '        except OSError: pass',
        'return {}',
      ];
      const outcomes = await Promise.all([victim, run(body(...attacks))]);
      expect(fieldsOf(outcomes[0]!)).toEqual({ whole: true });
    });

    it('leaves a daemon behind', async () => {
      const mark = newMark();
      const outcome = await run(
        body(
          'import os, time',
          'r, w = os.pipe()',
          'if os.fork() == 0:',
          '    os.setsid()',
          '    if os.fork() == 0:',
          '        os.write(w, b"x")',
          `        os.execvp("sleep", ["sleep", "${mark}"])`,
          '    os._exit(0)',
          'os.read(r, 1)',
          'return {"left": True}',
        ),
      );
      expect(fieldsOf(outcome)).toEqual({ left: true });
      expect(processesWith(mark)).toEqual([]);
    });

    it.each([
      ['a process that holds the pipe of the result', ['if os.fork() == 0:', '    time.sleep(100)']],
      ['a thread that sleeps', ['threading.Thread(target=time.sleep, args=(100,)).start()']],
      [
        'a thread that prints',
        ['threading.Thread(target=lambda: [print("x") for _ in range(10**9)]).start()', 'time.sleep(0.1)'],
      ],
      ['a process that spins', ['if os.fork() == 0:', '    while True: pass']],
      ['megabytes on both outputs', ['sys.stdout.write("x" * 3_000_000)', 'sys.stderr.write("y" * 3_000_000)']],
      ['no outputs at all', ['sys.stdout.close()', 'os.close(2)']],
    ])('leaves behind %s', async (_what, lines) => {
      const outcome = await run(body('import os, sys, threading, time', ...lines, 'return {"n": 1}'));
      expect(fieldsOf(outcome)).toEqual({ n: 1 });
      await goesOn();
    });

    it('is a fork bomb', async () => {
      const outcome = await run(body('import os', 'while True: os.fork()'), { timeoutMs: 2000 });
      expect(outcome.kind).toBe('failed');
      await goesOn();
    });

    it('starts threads without end', async () => {
      const outcome = await run(
        body(
          'import threading, time',
          'count = 0',
          'try:',
          '    while count < 5000: threading.Thread(target=time.sleep, args=(60,), daemon=True).start(); count += 1',
          'except (RuntimeError, MemoryError): pass',
          'return {"count": count}',
        ),
      );
      expect(Number(fieldsOf(outcome).count)).toBeLessThan(64);
      await goesOn();
    });

    it('takes 4 GB', async () => {
      expect(await run(body('return {"n": len(bytearray(4 << 30))}'))).toMatchObject({
        kind: 'failed',
        fault: 'raised',
        message: expect.stringContaining('MemoryError: the script used more memory than it may'),
      });
      const hoards = body('hoard = []', 'while True: hoard.append("x" * 10_000_000)');
      expect(await run(hoards)).toMatchObject({ kind: 'failed', message: expect.stringMatching(/memory|SIGKILL/) });
      await goesOn();
    });

    it('writes one file of 1 GB', async () => {
      const written = await tried(
        'os, signal, tempfile',
        'signal.signal(signal.SIGXFSZ, signal.SIG_IGN)',
        'file = tempfile.TemporaryFile()',
        ...tries('large', 'for _ in range(1000): file.write(b"x" * 1_000_000); file.flush()'),
      );
      expect(written).toEqual({ large: 'OSError' });
    });

    it('ignores every signal', async () => {
      const outcome = await run(
        body(
          'import signal',
          'for n in range(1, 32):',
          '    if n not in (9, 19): signal.signal(n, signal.SIG_IGN)',
          'while True: pass',
        ),
        { timeoutMs: 1000 },
      );
      expect(outcome).toMatchObject({ fault: 'timeout' });
      await goesOn();
    });

    it('stops itself', async () => {
      expect(
        await run(body('import os, signal', 'os.kill(os.getpid(), signal.SIGSTOP)'), { timeoutMs: 500 }),
      ).toMatchObject({ fault: 'timeout' });
      await goesOn();
    });

    it('burns the processor with several processes beyond its time', async () => {
      const outcome = await run(
        body(
          'import os',
          'for _ in range(3): os.fork()',
          'try: os.setsid()',
          'except OSError: pass',
          'while True: pass',
        ),
        { timeoutMs: 500 },
      );
      expect(outcome).toMatchObject({ fault: 'timeout' });
      await goesOn();
    });

    it('writes without end', async () => {
      const outcome = await run(body('while True: print("x" * 1000)'), { timeoutMs: 500 });
      expect(outcome).toMatchObject({ fault: 'timeout' });
      expect(textsOf(outcome).join('').length).toBeLessThan(1_100_000);
      expect(textsOf(outcome).at(-1)).toMatch(/everything after the first 1 MB was dropped/);
    });

    it('prints a million lines', async () => {
      const outcome = await run(body('import os', 'os.write(1, b"\\n" * 900_000)', 'return {}'));
      expect(fieldsOf(outcome)).toEqual({});
      expect(outcome.log.length).toBeLessThan(10_002);
      expect(textsOf(outcome).at(-1)).toMatch(/^the script wrote 8\d{5} lines more than the 10000 that are kept$/);
    });

    it('names a line beyond all lines', async () => {
      const forged = `b'{"fault": "raised", "message": "m", "line": 99999999999999999999}\\n'`;
      const outcome = await run(body('import os', `os.write(3, ${forged})`, 'os._exit(0)'));
      expect(outcome).toMatchObject({ kind: 'failed', fault: 'raised', line: null });
    });

    it.each([
      ['rubbish', 'b"rubbish\\n"'],
      ['nesting too deep to read', 'b"[" * 900_000 + b"\\n"'],
      ['what is no number', `b'{"fields": {"x": NaN}}\\n'`],
      ['half a character', `b'{"fields": {"x": "\\\\ud800"}}\\n'`],
      ['another form', `b'{"fields": 1, "id": 7}\\n'`],
      ['megabytes', 'b"x" * 5_000_000 + b"\\n"'],
    ])('writes into the pipe of the result: %s', async (_what, bytes) => {
      const outcome = await run(
        body(
          'import os',
          `data = ${bytes}`,
          'try:',
          '    while data: data = data[os.write(3, data):]',
          'except OSError: pass',
          'os._exit(0)',
        ),
      );
      expect(outcome).toMatchObject({ kind: 'failed', fault: expect.stringMatching(/^(nonsense|killed)$/) });
      await goesOn();
    });

    it('answers for another call', async () => {
      const forged = body(
        'import os',
        `os.write(3, b'{"id": 1, "fields": {"forged": 1}}\\n{"id": 2, "fields": {"forged": 2}}\\n')`,
        'os._exit(0)',
      );
      const outcomes = await Promise.all([run(forged), run(forged), run(body('return {"own": 1}'))]);
      expect(outcomes.map((o) => fieldsOf(o))).toEqual([{ forged: 1 }, { forged: 1 }, { own: 1 }]);
    });

    it('returns twice by forking: the first one counts, and both are told apart', async () => {
      const outcome = await run(
        body('import os', 'me = os.getpid()', 'os.fork()', 'return {"same": me == os.getpid()}'),
      );
      expect(fieldsOf(outcome)).toEqual({ same: true });
    });

    it('reads the next call from stdin', async () => {
      const waits = run(body('import os, sys', 'return {"read": len(os.read(0, 100)) + len(sys.stdin.read())}'));
      const outcomes = await Promise.all([waits, ...[1, 2, 3].map((n) => run(body(`return {"n": ${n}}`)))]);
      expect(outcomes.map((o) => fieldsOf(o))).toEqual([{ read: 0 }, { n: 1 }, { n: 2 }, { n: 3 }]);
    });

    it('finds open files of its parents', async () => {
      const outcome = await run(
        body(
          'import os, stat',
          'found = set()',
          'for name in os.listdir("/proc/self/fd"):',
          '    try: mode = os.fstat(int(name)).st_mode',
          '    except OSError: continue',
          '    kind = "device" if stat.S_ISCHR(mode) else "pipe" if stat.S_ISFIFO(mode) else "folder" if stat.S_ISDIR(mode) else "other"',
          '    found.add(kind)',
          'return {"open": ",".join(sorted(found - {"folder"}))}',
        ),
      );
      // The way calls come and answers go is a socket.
      expect(fieldsOf(outcome)).toEqual({ open: 'device,pipe' });
    });

    it('changes the harness, the interpreter and their modules for whoever comes after', async () => {
      fieldsOf(
        await run(
          body(
            'import builtins, json, sys, datetime, decimal, zoneinfo',
            'harness = [m for m in sys.modules if m.startswith("flowc_")]',
            'for name in harness:',
            '    for key, value in list(vars(sys.modules[name]).items()):',
            '        if callable(value): setattr(sys.modules[name], key, lambda *a, **k: 1 / 0)',
            'json.loads = json.dumps = lambda *a, **k: "{}"',
            'sys.path.clear()',
            'builtins.open = None',
            'import os',
            `os.write(3, b'{"fields": {}}\\n')`,
            'os._exit(0)',
          ),
        ),
      );
      expect(fieldsOf(await run(body('import statistics', 'open("/dev/null").close()', 'return {"n": 1}')))).toEqual({
        n: 1,
      });
    });

    it('writes where the interpreter, the harness and the scripts lie', async () => {
      const scripts = folder();
      writeFileSync(join(scripts, 'helper.py'), 'N = 1\n');
      const file = join(scripts, 'score.py');
      const places = ['os.__file__', 'sys.executable', '__file__', 'flowc_call.__file__'];
      writeFileSync(
        file,
        trial(
          'os, sys',
          'flowc_call = sys.modules["flowc_call"]',
          ...places.flatMap((place) => [
            ...tries(`append ${place}`, `open(${place}, "a").close()`),
            ...tries(`beside ${place}`, `open(os.path.join(os.path.dirname(${place}), "planted.py"), "w").close()`),
            ...tries(`remove ${place}`, `os.unlink(${place})`),
          ]),
        ),
      );
      const fields = fieldsOf(await pool.call(callOf('', { script: { file } })));
      expect(Object.keys(fields)).toHaveLength(12);
      for (const result of Object.values(fields))
        expect(result).toMatch(/^(PermissionError|OSError|FileNotFoundError)$/);
      expect(existsSync(join(scripts, 'planted.py'))).toBe(false);
    });

    it('leaves files for the next one', async () => {
      const name = `left-${newMark()}`;
      const places = ['/tmp', '/dev/shm', '/var/tmp', '/', '/dev', '/run', '.'];
      const write = body(
        'import os',
        'done = []',
        `for place in ${JSON.stringify(places)}:`,
        `    try: os.makedirs(f"{place}/${name}/a"); open(f"{place}/${name}/a/x", "w").write("x"); done.append(place)`,
        '    except OSError: pass',
        'return {"done": ",".join(done)}',
      );
      const written = String(fieldsOf(await run(write)).done).split(',');
      expect(written).toContain('/tmp');
      const look = body(
        'import os',
        `return {"left": sum(os.path.lexists(f"{place}/${name}") for place in ${JSON.stringify(places)})}`,
      );
      for (let n = 0; n < 3; n++) expect(fieldsOf(await run(look))).toEqual({ left: 0 });
    });

    it('takes its limits off', async () => {
      const limits = ['CPU', 'AS', 'NOFILE', 'FSIZE', 'NPROC', 'CORE'];
      const lines = limits.flatMap((name) =>
        tries(name, `resource.setrlimit(resource.RLIMIT_${name}, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))`),
      );
      const more = [
        ...tries('nice', 'os.nice(-5)'),
        ...tries('fifo', 'os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))'),
        ...tries('oom', 'file = open("/proc/self/oom_score_adj", "w"); file.write("-1000"); file.flush()'),
      ];
      const results = Object.values(await tried('os, resource', ...lines, ...more));
      expect(results).toHaveLength(9);
      for (const result of results) expect(result).toMatch(/^(ValueError|PermissionError|OSError)$/);
    });

    it('becomes another user, or uses programs that do', async () => {
      const fields = await tried(
        'os, subprocess, shutil',
        ...tries('setuid', 'os.setuid(0)'),
        ...tries('setgid', 'os.setgid(0)'),
        ...tries('setgroups', 'os.setgroups([0])'),
        'program = shutil.which("su", path="/bin:/usr/bin") or "/bin/true"',
        'tried["su"] = subprocess.run([program, "-c", "id -u"], capture_output=True, text=True).stdout.strip()',
        'tried["new privileges"] = open("/proc/self/status").read().split("NoNewPrivs:")[1].split()[0]',
        'tried["root"] = os.getuid() == 0 or os.geteuid() == 0',
      );
      for (const call of ['setuid', 'setgid', 'setgroups']) expect(fields[call]).toMatch(/^(PermissionError|OSError)$/);
      expect(fields['new privileges']).toBe('1');
      expect(fields.su).not.toBe('0');
      expect(fields.root).toBe(false);
    });

    it('mounts, makes devices, leaves its root', async () => {
      const fields = await tried(
        'ctypes, os, socket, stat',
        'libc = ctypes.CDLL(None, use_errno=True)',
        'def call(result):',
        '    if result != 0: raise OSError(ctypes.get_errno(), "no")',
        ...tries('mount', 'call(libc.mount(b"none", b"/tmp", b"tmpfs", 0, None))'),
        ...tries('umount', 'call(libc.umount2(b"/tmp", 2))'),
        ...tries('mknod', 'os.mknod("/tmp/sda", 0o600 | stat.S_IFBLK, os.makedev(8, 0))'),
        ...tries('chroot', 'os.chroot("/tmp")'),
        ...tries('hostname', 'socket.sethostname("mine")'),
        ...tries('reboot', 'call(libc.reboot(0))'),
      );
      expect(Object.values(fields)).toHaveLength(6);
      for (const result of Object.values(fields)) expect(result).toMatch(/^(PermissionError|OSError)$/);
    });

    it('hides memory where nobody counts it', async () => {
      const fields = await tried(
        'ctypes',
        'libc = ctypes.CDLL(None, use_errno=True)',
        'def made(result):',
        '    if result < 0: raise OSError(ctypes.get_errno(), "no")',
        ...tries('system v', 'made(libc.shmget(0, ctypes.c_size_t(1 << 30), 0o1600))'),
        ...tries('file of memory', 'made(libc.memfd_create(b"x", 0))'),
        ...tries('secret memory', 'made(libc.syscall(447, 0))'),
        ...tries('ring', 'made(libc.syscall(425, 8, ctypes.create_string_buffer(200)))'),
      );
      const refused = 'PermissionError';
      expect(fields).toEqual({
        'system v': refused,
        'file of memory': refused,
        'secret memory': refused,
        ring: refused,
      });
    });

    it('makes namespaces of its own', async () => {
      const fields = await tried(
        'ctypes, os, subprocess, threading',
        'libc = ctypes.CDLL(None, use_errno=True)',
        'def call(result):',
        '    if result == 0 or result > 1: return',
        '    raise OSError(ctypes.get_errno(), "no")',
        ...tries('user', 'call(libc.unshare(0x10000000))'),
        ...tries('user and network', 'call(libc.unshare(0x50000000))'),
        ...tries('mount', 'call(libc.unshare(0x00020000))'),
        ...tries('join', 'call(libc.setns(os.open("/proc/self/ns/net", os.O_RDONLY), 0))'),
        ...tries(
          'clone',
          'call(libc.syscall({"x86_64": 56, "aarch64": 220}[os.uname().machine], 0x10000011, 0, 0, 0, 0))',
        ),
        // What every program does goes on working.
        ...tries('thread', 'threading.Thread(target=print).start()'),
        ...tries('process', 'subprocess.run(["true"], check=True)'),
      );
      const { thread, process, ...rest } = fields;
      expect([thread, process]).toEqual(['done', 'done']);
      expect(Object.values(rest)).toHaveLength(5);
      for (const result of Object.values(rest)) expect(result).toMatch(/^(PermissionError|OSError)$/);
    });

    it('dies with a core', async () => {
      const outcome = await run(body('import os', 'os.chdir("/tmp")', 'os.abort()'));
      expect(outcome).toMatchObject({ fault: 'killed', message: expect.stringContaining('SIGABRT') });
      expect(existsSync('/tmp/core')).toBe(false);
      await goesOn();
    });

    it('follows links out of where it is', async () => {
      const secret = join(folder(), 'secret');
      writeFileSync(secret, 'secret');
      const fields = await tried(
        'os',
        `os.symlink(${JSON.stringify(secret)}, "/tmp/${newMark()}")`,
        'link = max((f"/tmp/{name}" for name in os.listdir("/tmp") if os.path.islink(f"/tmp/{name}")), key=lambda f: os.lstat(f).st_mtime)',
        ...tries('link', 'open(link).read()'),
        ...tries('root', `open("/proc/1/root" + ${JSON.stringify(secret)}).read()`),
        ...tries('dots', `open("/tmp/../../../.." + ${JSON.stringify(secret)}).read()`),
        ...tries('shadow', 'open("/etc/shadow").read()'),
      );
      expect(Object.values(fields)).toHaveLength(4);
      for (const result of Object.values(fields)) expect(result).toMatch(/^(PermissionError|FileNotFoundError)$/);
    });

    it('reads variables that are not its own', async () => {
      process.env.FLOWC_TEST_SECRET = 'variable-secret';
      try {
        const outcome = await run(
          body(
            'import glob, os',
            'found = "FLOWC_TEST_SECRET" in os.environ',
            'for file in glob.glob("/proc/*/environ"):',
            '    try: found |= b"variable-secret" in open(file, "rb").read()',
            '    except OSError: pass',
            'return {"found": found, "own": len(os.environ)}',
          ),
        );
        expect(fieldsOf(outcome)).toEqual({ found: false, own: 0 });
      } finally {
        delete process.env.FLOWC_TEST_SECRET;
      }
    });
  });
}

describeIn('plain', 'with limits alone', () => {
  it('leaves nothing in /tmp when it is canceled', async () => {
    const zones = () => readdirSync(tmpdir()).filter((name) => name.startsWith('flowc-zone-'));
    const before = zones();
    const own = poolOf('plain', { size: 1 });
    const abort = new AbortController();
    const mark = newMark();
    const code = body('import subprocess', `subprocess.run(["sleep", "${mark}"])`, 'return {}');
    const running = own.call(callOf(code, { timeoutMs: 60_000 }), abort.signal);
    await expect.poll(() => processesWith(mark).length, { timeout: 30_000 }).toBe(1);
    expect(zones().length).toBeGreaterThan(before.length);
    abort.abort();
    expect(await running).toMatchObject({ fault: 'killed' });
    expect(processesWith(mark)).toEqual([]);
    expect(zones()).toEqual(before);
    await own.close();
  });
});

describeIn('sandbox', 'in a sandbox alone', () => {
  const pool = closeAfterAll(poolOf('sandbox', { size: 2, network: 'none' }));
  const run = (code: string, over: Partial<PythonCall> = {}): Promise<PythonOutcome> => pool.call(callOf(code, over));
  const tried = async (imports: string, ...lines: readonly string[]) => fieldsOf(await run(trial(imports, ...lines)));
  const goesOn = async () => expect(fieldsOf(await run(body('return {"fine": True}')))).toEqual({ fine: true });

  it('sees no files of the host', async () => {
    const workspace = folder();
    const scripts = join(workspace, 'campaign', 'scripts');
    mkdirSync(join(workspace, '.flowc', 'data'), { recursive: true });
    mkdirSync(scripts, { recursive: true });
    for (const file of ['flowc.json', '.flowc/data/pg', 'campaign/flows.flow'])
      writeFileSync(join(workspace, file), 'x');
    writeFileSync(
      join(scripts, 'score.py'),
      trial(
        'os',
        ...[
          '/etc/passwd',
          '/etc/shadow',
          '/etc/group',
          '/etc/hostname',
          '/root/.bashrc',
          '/home',
          '/var',
          '/run',
          '/sys',
        ].flatMap((path) => tries(path, `os.stat(${JSON.stringify(path)})`)),
        ...['flowc.json', '.flowc', 'campaign/flows.flow'].flatMap((path) =>
          tries(path, `os.stat(${JSON.stringify(join(workspace, path))})`),
        ),
        `tried["beside"] = ",".join(sorted(os.listdir(${JSON.stringify(workspace)})))`,
      ),
    );
    const fields = fieldsOf(await pool.call(callOf('', { script: { file: join(scripts, 'score.py') } })));
    const { beside, ...rest } = fields;
    expect(beside).toBe('campaign');
    expect(Object.values(rest)).toHaveLength(12);
    expect(new Set(Object.values(rest))).toEqual(new Set(['FileNotFoundError']));
  });

  it('sees neither settings nor store where its folder is the whole workspace', async () => {
    const workspace = folder();
    chmodSync(workspace, 0o755);
    const hidden = [join(workspace, 'flowc.json'), join(workspace, '.flowc')];
    mkdirSync(hidden[1]!);
    writeFileSync(hidden[0]!, '{"secret": 1}');
    writeFileSync(join(hidden[1]!, 'password'), 'secret');
    const file = join(workspace, 'score.py');
    writeFileSync(
      file,
      trial(
        'os',
        ...tries('settings', `open(${JSON.stringify(hidden[0])}).read(1)[0]`),
        ...tries('password', `open(${JSON.stringify(join(hidden[1]!, 'password'))}).read()`),
        `tried["store"] = len(os.listdir(${JSON.stringify(hidden[1])}))`,
        // What is not hidden is there: the test looks at the right place.
        `tried["beside"] = os.path.exists(${JSON.stringify(file)})`,
      ),
    );
    const own = poolOf('sandbox', { hidden });
    const outcome = await own.call(callOf('', { script: { file } }));
    await own.close();
    const { settings, ...rest } = fieldsOf(outcome);
    expect(settings).toMatch(/^(PermissionError|IndexError)$/);
    expect(rest).toEqual({ password: 'FileNotFoundError', store: 0, beside: true });
  });

  it('reaches nobody: not the database, not by its port, not by its socket', async () => {
    const port = portOf(await listen(0, '127.0.0.1'));
    const path = join(folder(), '.s.PGSQL.5432');
    await listen(path);
    const abstract = `\0flowc-${newMark()}`;
    await listen(abstract);
    const fields = await tried(
      'socket',
      ...tries('port', `socket.create_connection(("127.0.0.1", ${port}), 2)`),
      ...tries('name', 'socket.create_connection(("localhost", 5432), 2)'),
      ...tries('outside', 'socket.create_connection(("192.0.2.1", 80), 2)'),
      ...tries('socket', `socket.socket(socket.AF_UNIX).connect(${JSON.stringify(path)})`),
      ...tries('abstract', `socket.socket(socket.AF_UNIX).connect("\\0${abstract.slice(1)}")`),
      ...tries('raw', 'socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)'),
    );
    expect(Object.values(fields)).toHaveLength(6);
    for (const result of Object.values(fields)) expect(result).not.toBe('done');
  });

  it('reaches the network where it may', async () => {
    const port = portOf(await listen(0, '127.0.0.1'));
    const own = poolOf('sandbox', { network: 'host' });
    const outcome = await own.call(
      callOf(
        body('import socket', `return {"heard": socket.create_connection(("127.0.0.1", ${port})).recv(9).decode()}`),
      ),
    );
    await own.close();
    expect(fieldsOf(outcome)).toEqual({ heard: 'here\n' });
  });

  it('is reached by nobody', async () => {
    const free = await listen(0, '127.0.0.1');
    const port = portOf(free);
    await new Promise((done) => free.close(done));
    const listening = run(
      body(
        'import socket',
        'server = socket.create_server(("0.0.0.0", PORT))'.replace('PORT', String(port)),
        'server.settimeout(1)',
        'try: server.accept(); return {"reached": True}',
        'except TimeoutError: return {"reached": False}',
        'except OSError: return {"reached": False}',
      ),
    );
    const { connect } = await import('node:net');
    const knocking = setInterval(() => connect(port, '127.0.0.1').on('error', () => {}), 50);
    const outcome = await listening;
    clearInterval(knocking);
    expect(fieldsOf(outcome)).toEqual({ reached: false });
  });

  it('shares 4 GB among many processes', async () => {
    const outcome = await run(
      body(
        'import os, time',
        'for n in range(40):',
        '    if os.fork() == 0:',
        '        hoard = bytearray(100 << 20)',
        '        time.sleep(60)',
        'time.sleep(60)',
        'return {}',
      ),
    );
    expect(outcome).toMatchObject({
      fault: 'killed',
      message: 'score.py: its processes together used more than 256 MB of memory',
    });
    await goesOn();
  });

  it.each(['/tmp', '/dev/shm'])('writes 1 GB into many files in %s, open and unlinked ones too', async (place) => {
    const fields = await tried(
      'os',
      'count = 0',
      ...tries(
        'files',
        'for n in range(1100):',
        `    with open(f"${place}/{n}", "wb") as file: file.write(b"x" * 1_000_000)`,
        '    count = n',
      ),
      'tried["count"] = count',
    );
    expect(fields.files).toBe('OSError');
    expect(Number(fields.count)).toBeLessThan(80);
    const after = fieldsOf(
      await run(
        body('import os', 's = os.statvfs("/tmp")', 'return {"used": (s.f_blocks - s.f_bfree) * s.f_bsize < 100_000}'),
      ),
    );
    expect(after).toEqual({ used: true });
  });

  it('makes files without end', async () => {
    const fields = await tried('os', ...tries('files', 'for n in range(100_000): open(f"/tmp/{n}", "w").close()'));
    expect(fields).toEqual({ files: 'OSError' });
  });

  it('leaves a key for the next one', async () => {
    const libc = ['import ctypes', 'libc = ctypes.CDLL(None, use_errno=True)', 'call = libc.syscall'];
    const keeps = ['for ring in (-3, -4, -5):', '    call(248, b"user", b"note", b"secret", 6, ring)'];
    const finds = ['found = [call(250, 10, ring, b"user", b"note", 0) for ring in (-3, -4, -5)]'];
    fieldsOf(await run(body(...libc, ...keeps, 'return {}')));
    const fields = fieldsOf(await run(body(...libc, ...finds, 'return {"found": max(found)}')));
    expect(fields).toEqual({ found: -1 });
  });

  it('sees only its own processes', async () => {
    const mark = newMark();
    const beside = run(body('import subprocess', `subprocess.run(["sleep", "0.6${mark.slice(1)}"])`, 'return {}'));
    const outcome = await run(
      body(
        'import os, time',
        'time.sleep(0.3)',
        'pids = [int(pid) for pid in os.listdir("/proc") if pid.isdigit()]',
        'return {"pids": len(pids), "largest": max(pids)}',
      ),
    );
    await beside;
    expect(fieldsOf(outcome)).toEqual({ pids: 2, largest: 2 });
  });

  it('takes the place of a folder that a checkout made anew', async () => {
    const workspace = folder();
    const scripts = join(workspace, 'scripts');
    const write = (n: number) => {
      rmSync(scripts, { recursive: true, force: true });
      mkdirSync(scripts);
      writeFileSync(join(scripts, 'rates.py'), `N = ${n}\n`);
      writeFileSync(join(scripts, 'score.py'), body('import rates', 'return {"n": rates.N}'));
    };
    for (const n of [1, 2]) {
      write(n);
      expect(fieldsOf(await pool.call(callOf('', { script: { file: join(scripts, 'score.py') } })))).toEqual({ n });
    }
    rmSync(scripts, { recursive: true });
    await goesOn();
  });
});
