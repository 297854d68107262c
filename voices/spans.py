"""Text with marked spans that stay on their words while the text around them is rewritten."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

Span = tuple[int, int]
Replacement = str | Callable[[re.Match[str]], str]


@dataclass
class SpannedText:
    """A text and the (start, end) spans marked in it. `sub` edits the text and moves the spans along."""

    text: str
    spans: list[Span] = field(default_factory=list)

    def sub(self, pattern: re.Pattern[str], replacement: Replacement) -> None:
        """Like `pattern.sub`. A span that ends inside a replaced stretch grows over what replaced it."""
        if not self.spans:
            self.text = pattern.sub(replacement, self.text)
            return
        new = replacement if callable(replacement) else lambda match: match.expand(replacement)
        edits = [(match.start(), match.end(), new(match)) for match in pattern.finditer(self.text)]
        if edits:
            self._apply(edits)

    def strip(self) -> None:
        """Drop the white space at both ends."""
        left = len(self.text) - len(self.text.lstrip())
        self.text = self.text.strip()
        ends = ((max(start - left, 0), min(end - left, len(self.text))) for start, end in self.spans)
        self.spans = [(start, end) for start, end in ends if start < end]

    def _apply(self, edits: list[tuple[int, int, str]]) -> None:
        parts, last, shift = [], 0, 0
        starts, ends, shifts = [], [], [0]
        for start, end, new in edits:
            parts += [self.text[last:start], new]
            last = end
            shift += len(new) - (end - start)
            starts.append(start)
            ends.append(end)
            shifts.append(shift)
        parts.append(self.text[last:])
        self.text = "".join(parts)

        def moved_start(position: int) -> int:
            """Edits that end here or before have moved it; inside one, it goes to the left of what is new."""
            before = bisect_right(ends, position)
            inside = before < len(starts) and starts[before] < position
            return (starts[before] if inside else position) + shifts[before]

        def moved_end(position: int) -> int:
            """Edits that start before it have moved it; inside one, it goes to the right of what is new."""
            before = bisect_left(starts, position)
            inside = before > 0 and ends[before - 1] > position
            return (ends[before - 1] if inside else position) + shifts[before]

        moved = ((moved_start(start), moved_end(end)) for start, end in self.spans)
        self.spans = [(start, end) for start, end in moved if start < end]
