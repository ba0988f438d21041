#!/usr/bin/env python3
"""What the monitor costs the scan: the same file scanned again and again, with the monitor shown and hidden by turns.

    benches/monitor.py PROGRAM FILE [PAIRS]

One session at 120x40 in a pseudo-terminal. R scans again, F3 shows or hides the monitor before that; the log tells how long each
scan took. A pair is one of each, in the order that the last pair did not have. Prints the medians and the median of the ratios
within pairs: what shown costs, as the machine's drift hits both of a pair alike. FILE should take a second or so; a sparse
one on a tmpfs does (`truncate -s 16G /dev/shm/sparse.json`).
"""
import fcntl, os, pty, re, select, statistics, struct, sys, tempfile, termios, threading, time

LIMIT = 120.0
ENDED = re.compile(r"scan ended.*?seconds=([0-9.e-]+)")


class Session:
    def __init__(self, program, file):
        self.log = os.path.join(tempfile.mkdtemp(), "log")
        arguments = [program, "--index-cache", "off", "--log-file", self.log, file]
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", COLORFGBG="15;0")
            os.execvp(program, arguments)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        threading.Thread(target=self.drain, daemon=True).start()

    def drain(self):
        try:
            while os.read(self.fd, 1 << 16):
                pass
        except OSError:
            pass

    def ended(self, n):
        """Seconds of scan number n, once it has ended."""
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            if os.path.exists(self.log):
                with open(self.log) as log:
                    found = ENDED.findall(log.read())
                if len(found) > n:
                    return float(found[n])
            time.sleep(0.05)
        sys.exit("monitor: a scan never ended")

    def keys(self, keys):
        os.write(self.fd, keys)
        time.sleep(0.3)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    pairs = int(sys.argv[3]) if len(sys.argv) > 3 else 15
    session = Session(sys.argv[1], sys.argv[2])
    n, shown = 0, True
    session.ended(n)
    # Warms up; the check that follows a scan must not run into the next one.
    times = {True: [], False: []}
    for pair in range(pairs):
        for wanted in (pair % 2 == 0, pair % 2 == 1):
            if shown != wanted:
                session.keys(b"\x1bOR")
                shown = wanted
            time.sleep(0.5)
            session.keys(b"R")
            n += 1
            times[wanted].append(session.ended(n))
    session.keys(b"q")
    ratios = [a / b for a, b in zip(times[True], times[False])]
    for wanted, name in ((True, "shown"), (False, "hidden")):
        of = times[wanted]
        print(f"{name:7} median {statistics.median(of):.3f} s, best {min(of):.3f} s, worst {max(of):.3f} s")
    print(f"shown by hidden: median {statistics.median(ratios):.4f} of {pairs} pairs")


main()
