#!/usr/bin/env python3
"""Key to painted frame, in a real pseudo-terminal, while the workers scan.

    benches/keys.py PROGRAM[,PROGRAM...] FILE [KEYS]

Presses j and k at odd moments and takes the time to the first byte of the next frame. FILE should be so large that it is
still being scanned when the last key is pressed; a sparse file of 1 TB does (`truncate -s 1T big.json`).

Beside the programs runs what tells how much of it is the machine's: `floor` echoes each key at once, next to as many busy
threads of niceness 10 as there are cores. All take turns, 50 keys at a time, so that noise hits all alike. For each it
prints median, 99th percentile and worst in milliseconds, and the bytes of a frame.
"""
import fcntl, os, pty, random, select, struct, sys, termios, time, tty

KEYS_A_TURN = 50


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
        self.name, self.times, self.frames = name, [], []
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", COLORFGBG="15;0")
            try:
                run()
            finally:
                os._exit(0)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))

    def read_for(self, seconds):
        """Reads all that comes within so long; its bytes."""
        until, n = time.perf_counter() + seconds, 0
        while (left := until - time.perf_counter()) > 0:
            if select.select([self.fd], [], [], left)[0]:
                n += len(os.read(self.fd, 1 << 16))
        return n

    def press(self, n):
        self.read_for(random.uniform(0.005, 0.03))
        while select.select([self.fd], [], [], 0)[0]:
            os.read(self.fd, 1 << 16)
        begin = time.perf_counter()
        os.write(self.fd, b"jjk"[n % 3 : n % 3 + 1])
        select.select([self.fd], [], [], 2)
        self.times.append((time.perf_counter() - begin) * 1000)
        self.frames.append(len(os.read(self.fd, 1 << 16)))

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
    programs, document = sys.argv[1].split(","), sys.argv[2]
    keys = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    of = {program: lambda p=program: os.execv(p, [p, "--theme", "fjord", document]) for program in programs}
    of["floor"] = floor
    times, frames = {name: [] for name in of}, {name: [] for name in of}
    while len(times["floor"]) < keys:
        for name, run in of.items():
            session = Session(name, run)
            session.read_for(0.7)
            for n in range(KEYS_A_TURN):
                session.press(n)
            session.end()
            times[name] += session.times
            frames[name] += session.frames
    for name, of_this in times.items():
        of_this.sort()
        n, sizes = len(of_this), sorted(frames[name])
        print(f"{name}: {n} keys: median {of_this[n // 2]:.1f} ms, 99 % {of_this[n * 99 // 100]:.1f} ms, "
              f"worst {of_this[-1]:.1f} ms; a frame {sizes[n // 2]} bytes")


main()
