#!/usr/bin/env python3
"""What the program costs as its user meets it: measured from outside, through a pseudo-terminal of 160×48 cells.

usage: probe.py [--keys TEXT] [--ready TEXT] [--runs N] [--presses N] [--idle SECONDS] -- COMMAND [ARGUMENT ...]

    cargo build --release && tests/probe/probe.py -- target/release/authtui

Prints the time from the start to the first screen with the verdict on it, the time from a key to the last byte that it
paints, bytes for each key, memory, and what happens while nobody does anything. Give another program after `--` (and a text
that its first screen shows as --ready) to compare.
"""
import argparse, fcntl, os, pty, re, select, statistics, struct, termios, time

QUIET = 0.05  # Seconds without output after which a key counts as painted.


class Terminal:
    """A program on a pseudo-terminal."""

    def __init__(self, command):
        self.start = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8")
            try:
                os.execvp(command[0], command)
            finally:
                os._exit(127)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 48, 160, 0, 0))

    def read(self, seconds):
        """The moment of arrival and the bytes; None and nothing when none came."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return None, b""
        try:
            return time.perf_counter(), os.read(self.fd, 1 << 16)
        except OSError:
            return None, b""

    def until(self, text, seconds=15):
        """Seconds from the start to the arrival of a text; None when it does not come. Colours inside it do not matter."""
        seen, end = b"", time.perf_counter() + seconds
        while time.perf_counter() < end:
            at, data = self.read(0.05)
            seen += data
            if text.encode() in re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", seen):
                return at - self.start
        return None

    def settle(self, quiet):
        """Reads until nothing comes any more: the moment of the last byte, and how many there were."""
        last, count = None, 0
        while True:
            at, data = self.read(quiet)
            if not data:
                return last, count
            last, count = at, count + len(data)

    def press(self, key):
        """Seconds to the last byte that a key paints, and the bytes."""
        start = time.perf_counter()
        os.write(self.fd, key.encode())
        last, count = self.settle(QUIET)
        return (last or start) - start, count

    def memory(self):
        """Resident memory in MiB."""
        with open(f"/proc/{self.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024

    def processor(self):
        """Seconds of processor time."""
        with open(f"/proc/{self.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self):
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--keys", default="jk")
    parser.add_argument("--ready", default="Most likely")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--presses", type=int, default=200)
    parser.add_argument("--idle", type=float, default=5)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    starts = []
    for run in range(options.runs):
        terminal = Terminal(options.command)
        starts.append(terminal.until(options.ready))
        if run < options.runs - 1:
            terminal.close()
    terminal.settle(0.5)
    memory, before, end, idle_bytes = terminal.memory(), terminal.processor(), time.perf_counter() + options.idle, 0
    while time.perf_counter() < end:
        idle_bytes += len(terminal.read(0.1)[1])
    idle = (terminal.processor() - before) / options.idle * 100
    presses = [terminal.press(options.keys[i % len(options.keys)]) for i in range(options.presses)]
    times, bytes_painted = sorted(t * 1e3 for t, _ in presses), [count for _, count in presses]
    shown = [s * 1e3 for s in starts if s is not None]
    if shown:
        print(f"start to verdict    {min(shown):8.1f} ms at best, {statistics.median(shown):.1f} ms in the middle")
    else:
        print(f"start to verdict    {options.ready!r} never came")
    print(f"key to last byte    {times[len(times) // 2]:8.2f} ms in the middle, {times[int(len(times) * 0.99)]:.2f} ms for 99 of 100")
    print(f"bytes for each key  {statistics.median(bytes_painted):8.0f}")
    print(f"memory              {memory:8.1f} MiB, {terminal.memory():.1f} MiB after the keys")
    print(f"idle                {idle:8.2f} % of a processor, {idle_bytes} bytes in {options.idle:g} s")
    terminal.close()


if __name__ == "__main__":
    main()
