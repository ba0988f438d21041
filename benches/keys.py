#!/usr/bin/env python3
"""Key to painted frame, in a real pseudo-terminal, while the workers scan.

    benches/keys.py PROGRAM[,PROGRAM...] FILE [KEYS]

Presses j at odd moments and takes the time until the status line's byte is another one: what was written is kept with its
time and drawn on a model of a terminal afterwards, so that a frame of mere progress does not count. FILE should be so large
that it is still being scanned when the last key is pressed; a sparse file of 1 TB on a tmpfs does (`truncate -s 1T
/dev/shm/big.json`). On a disk it takes the page cache along, and with it the figures of everyone.

Beside the programs runs what tells how much of it is the machine's: `floor` echoes each key at once, next to as many busy
threads of niceness 10 as there are cores. All take turns, 50 keys at a time, so that noise hits all alike. For each it
prints median, 99th percentile and worst in milliseconds. Needs pyte (pip install pyte).

On a machine where others work too, AUTOGROUP=-15 (as root, Linux) lets the sessions measured go before them; inside each
session nothing changes.
"""
import fcntl, os, pty, random, re, select, struct, sys, termios, time, tty

import pyte

KEYS_A_TURN = 50


def go_first():
    """Raises this session before other sessions, if that is asked for."""
    if nice := os.environ.get("AUTOGROUP"):
        with open("/proc/self/autogroup", "w") as group:
            group.write(nice)


def floor():
    """Echoes keys while other processes of niceness 10 use all cores; ends with its terminal."""
    busy = []
    for _ in range(os.cpu_count()):
        pid = os.fork()
        if pid == 0:
            os.nice(10)
            parent = os.getppid()
            while os.getppid() == parent:
                sum(range(10_000))
            os._exit(0)
        busy.append(pid)
    tty.setraw(0)
    while (key := os.read(0, 1)) not in (b"q", b""):
        os.write(1, key)
    for pid in busy:
        os.kill(pid, 15)
        os.waitpid(pid, 0)


class Session:
    def __init__(self, name, run):
        self.name, self.pressed, self.written = name, [], []
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", COLORFGBG="15;0")
            try:
                go_first()
                run()
            finally:
                os._exit(0)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))

    def read_for(self, seconds):
        """Keeps all that comes within so long, with its time."""
        until = time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            if select.select([self.fd], [], [], left)[0]:
                piece = os.read(self.fd, 1 << 16)
                self.written.append((time.perf_counter(), piece))

    def press(self):
        self.read_for(random.uniform(0.03, 0.08))
        self.pressed.append(time.perf_counter())
        os.write(self.fd, b"j")

    def times(self):
        """From each key to the write that shows another place, in milliseconds."""
        screen = pyte.Screen(120, 40)
        stream = pyte.ByteStream(screen)
        times, seen, waiting = [], None, list(self.pressed)
        for when, piece in self.written:
            stream.feed(piece)
            place = re.search(r"byte ([\d,]+)", "\n".join(screen.display))
            place = place[1] if place else len(screen.display[0].strip()) + screen.cursor.x + 120 * screen.cursor.y
            if place != seen and waiting and when > waiting[0]:
                times.append((when - waiting.pop(0)) * 1000)
            seen = place
        return times + [2000.0] * len(waiting)

    def end(self):
        os.write(self.fd, b"q")
        until = time.perf_counter() + 3
        while os.waitpid(self.pid, os.WNOHANG)[0] == 0 and time.perf_counter() < until:
            try:
                self.read_for(0.01)
            except OSError:
                pass
        os.close(self.fd)


def main():
    if os.getpgrp() != os.getpid():
        os.setsid()
    go_first()
    programs, document = sys.argv[1].split(","), sys.argv[2]
    keys = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    of = {program: lambda p=program: os.execv(p, [p, "--theme", "fjord", document]) for program in programs}
    of["floor"] = floor
    times = {name: [] for name in of}
    while len(times["floor"]) < keys:
        for name, run in of.items():
            session = Session(name, run)
            session.read_for(1.5)
            for _ in range(KEYS_A_TURN):
                session.press()
            session.read_for(0.3)
            times[name] += session.times()
            session.end()
    for name, of_this in times.items():
        of_this.sort()
        n = len(of_this)
        print(f"{name}: {n} keys: median {of_this[n // 2]:.1f} ms, 99 % {of_this[n * 99 // 100]:.1f} ms, "
              f"worst {of_this[-1]:.1f} ms")


main()
