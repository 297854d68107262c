"""One log for several programs: each line after the name of its program, in colour on a terminal."""

import contextlib
import os
import sys
from typing import TextIO

COLOURS = ("36", "33", "35", "32", "34", "96", "93", "95")
LABEL_WIDTH = 11


class Log:
    """Write whole lines of named programs to one stream.

    A stream that is gone (a closed terminal, `| head`) sets `broken`, and nothing more is written.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout
        self.colour = self.stream.isatty() and not os.environ.get("NO_COLOR")
        self.broken = False
        self._colours: dict[str, str] = {}

    def line(self, name: str, text: str) -> None:
        """Write one line of the program `name`."""
        label = f"{name:<{LABEL_WIDTH}}|"
        if self.colour:
            colour = self._colours.setdefault(name, COLOURS[len(self._colours) % len(COLOURS)])
            label = f"\x1b[{colour}m{label}\x1b[0m"
        self._write(f"{label} {text}\n")

    def plain(self, text: str = "") -> None:
        """Write a line of nobody's."""
        self._write(f"{text}\n")

    def _write(self, text: str) -> None:
        if self.broken:
            return
        try:
            self.stream.write(text)
            self.stream.flush()
        except (OSError, ValueError):
            self.broken = True
            # Else Python complains about the unwritten rest when it ends
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), self.stream.fileno())


class LineBuffer:
    """Cut a stream of bytes into lines; an endless line is given out in pieces, so memory stays small."""

    LONGEST = 16_384

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[str]:
        """Take in bytes and return the lines that they complete."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > self.LONGEST:
            lines.append(self._rest)
            self._rest = b""
        return [_text(line) for line in lines]

    def end(self) -> list[str]:
        """Return what is left when the stream has ended."""
        rest, self._rest = self._rest, b""
        return [_text(rest)] if rest else []


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r")
