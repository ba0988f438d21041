#!/usr/bin/env python3
"""Key to painted frame, in a real pseudo-terminal, while the workers scan.

    benches/keys.py target/release/warp-tui FILE [KEYS]

Presses j and k at odd moments and takes the time to the first byte of the next frame. FILE should be so large that it is
still being scanned when the last key is pressed; a sparse file of 1 TB does (`truncate -s 1T big.json`). Prints median,
99th percentile and worst, in milliseconds, and how many keys were pressed while it scanned.
"""
import fcntl, os, pty, random, select, struct, sys, termios, time


def drain(fd, seconds):
    """Reads until nothing comes for so long."""
    while select.select([fd], [], [], seconds)[0]:
        if not os.read(fd, 1 << 16):
            return


def main():
    program, document = sys.argv[1], sys.argv[2]
    keys = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
        os.execv(program, [program, "--theme", "fjord", document])
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    until = time.perf_counter() + 0.7
    while time.perf_counter() < until:
        drain(fd, 0.02)
    times = []
    for n in range(keys):
        until = time.perf_counter() + random.uniform(0.005, 0.03)
        while time.perf_counter() < until:
            if select.select([fd], [], [], 0.001)[0]:
                os.read(fd, 1 << 16)
        while select.select([fd], [], [], 0)[0]:
            os.read(fd, 1 << 16)
        begin = time.perf_counter()
        os.write(fd, b"jjk"[n % 3 : n % 3 + 1])
        select.select([fd], [], [], 2)
        times.append((time.perf_counter() - begin) * 1000)
    os.write(fd, b"\x1bq")
    times.sort()
    print(f"{keys} keys: median {times[keys // 2]:.1f} ms, 99 % {times[keys * 99 // 100]:.1f} ms, worst {times[-1]:.1f} ms")
    os.close(fd)


main()
