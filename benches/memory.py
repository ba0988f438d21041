#!/usr/bin/env python3
"""The explorer's peak memory on a stream that is never kept, in a real pseudo-terminal.

    benches/memory.py PROGRAM GIB [GIB...]

Writes so many GiB of JSON Lines into the explorer's standard input (`--spill off`: it keeps a window in memory), waits until it has shown
the end, and prints its peak resident memory and the rate. Linux: reads /proc.
"""
import fcntl, os, pty, select, struct, sys, termios, threading, time

LINE = b'{"id": 12345, "tags": ["dome", "mirror"], "where": {"lat": -24.6, "lon": -70.4}, "ok": true}\n'
QUIET_S = 1.5


def peak(pid):
    """Peak resident memory, in MiB."""
    with open(f"/proc/{pid}/status") as status:
        lines = dict(line.split(":", 1) for line in status)
    return int(lines["VmHWM"].split()[0]) / 1024


def write(to, total, done):
    """Writes `total` bytes and more, then tells when it had."""
    block, written = memoryview(LINE * 5000), 0
    while written < total:
        written += os.write(to, block)
    os.close(to)
    done.append(time.monotonic())


def measure(program, gib):
    take, give = os.pipe()
    pid, screen = pty.fork()
    if pid == 0:
        os.dup2(take, 0)
        os.closerange(3, 256)
        os.environ["TERM"] = "xterm-256color"
        os.execv(program, [program, "--spill", "off"])
    os.close(take)
    fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    begin, done = time.monotonic(), []
    threading.Thread(target=write, args=(give, int(gib * 2**30), done)).start()
    while not done or time.monotonic() < done[0] + QUIET_S:
        if select.select([screen], [], [], 0.1)[0]:
            os.read(screen, 1 << 16)
    most = peak(pid)
    os.write(screen, b"q")
    os.waitpid(pid, 0)
    os.close(screen)
    return most, gib / (done[0] - begin) * 2**30 / 1e9


for gib in sys.argv[2:]:
    most, rate = measure(sys.argv[1], float(gib))
    print(f"{gib} GiB: peak {most:.1f} MiB, {rate:.1f} GB/s", flush=True)
