"""A program in a pseudo-terminal, and what its screen shows."""
import codecs, fcntl, os, pty, re, select, signal, struct, termios, time, unicodedata

WIDTH, HEIGHT = 160, 48
SEQUENCE = re.compile(r"\x1b(?:\[([0-9;?]*)([A-Za-z])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()].|[^\[\]()])")


class Screen:
    """The cells. It knows what the program writes: places, text, clearing the whole; colours and modes mean nothing here."""

    def __init__(self):
        self.rest = ""
        self.clear()

    def clear(self):
        self.cells = [[" "] * WIDTH for _ in range(HEIGHT)]
        self.row = self.column = 0

    def feed(self, text):
        self.rest, text, at = "", self.rest + text, 0
        while at < len(text):
            if text[at] == "\x1b":
                found = SEQUENCE.match(text, at)
                if not found:
                    self.rest = text[at:]
                    return
                self.steer(found[1] or "", found[2])
                at = found.end()
            else:
                self.put(text[at])
                at += 1

    def steer(self, numbers, letter):
        if letter == "H":
            row, column = (numbers.split(";") + [""])[:2] if numbers else ("", "")
            self.row, self.column = int(row or 1) - 1, int(column or 1) - 1
        elif letter == "J":
            self.clear()

    def put(self, letter):
        if letter == "\r":
            self.column = 0
        elif letter == "\n":
            self.row = min(self.row + 1, HEIGHT - 1)
        elif letter >= " " and self.row < HEIGHT and self.column < WIDTH:
            self.cells[self.row][self.column] = letter
            self.column += 2 if unicodedata.east_asian_width(letter) in "WF" else 1

    def text(self):
        return "\n".join("".join(row).rstrip() for row in self.cells)


class Program:
    """A command on a terminal of its own. Leaving the `with` ends it."""

    def __init__(self, *command, folder=None, state, **environment):
        self.screen, self.decoder = Screen(), codecs.getincrementaldecoder("utf-8")("replace")
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        kept.update(TERM="xterm-256color", LANG="C.UTF-8", HOME="/nonexistent", XDG_STATE_HOME=str(state), **environment)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
                os.chdir(folder or ".")
                os.execvpe(command[0], list(map(str, command)), kept)
            finally:
                os._exit(127)
        self.code = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.ended(0) is None:
            os.kill(self.pid, signal.SIGKILL)
            self.ended(10)
        os.close(self.fd)

    def read(self, seconds):
        """Takes in what was written; False when nothing came in that time, or the terminal was let go of."""
        if not select.select([self.fd], [], [], max(seconds, 0))[0]:
            return False
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:
            time.sleep(0.001)
            return False
        self.screen.feed(self.decoder.decode(data))
        return bool(data)

    def until(self, *texts, seconds=20):
        """Waits until the screen shows one of these, and gives the seconds that it took."""
        begin = time.monotonic()
        while True:
            shown = self.screen.text()
            if any(text in shown for text in texts):
                return time.monotonic() - begin
            if time.monotonic() - begin > seconds or (self.ended(0) is not None and not self.read(0)):
                raise AssertionError(f"the screen does not show {texts}:\n{shown}")
            self.read(0.05)

    def settle(self, quiet=0.15, seconds=20):
        """Waits until nothing is painted any more."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.read(quiet):
            pass

    def press(self, *keys):
        """Keys one by one: what comes at once is a paste. One that is a sequence, or a paste in its brackets, is one key."""
        for key in keys:
            data = key.encode()
            while data:
                _, writable, _ = select.select([], [self.fd], [], 5)
                assert writable, "the program takes no keys"
                data = data[os.write(self.fd, data[:1024]):]
                self.read(0)
            self.read(0.01)

    def paste(self, text):
        self.press(f"\x1b[200~{text}\x1b[201~")

    def ended(self, seconds):
        """The exit code, negative for a signal; None while it runs."""
        end = time.monotonic() + seconds
        while self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
            elif time.monotonic() >= end:
                break
            else:
                self.read(0.005)
        return self.code


CTRL_R, CTRL_S, ESC, CTRL_END = "\x12", "\x13", "\x1b", "\x1b[1;5F"
