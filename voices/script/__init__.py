"""From what the user typed to the pieces that an engine speaks.

`normalise` what comes in, show its `problems`, count it with `count_characters`, `split` it into pieces.
"""

from voices.script.markup import MAX_PAUSE_SECONDS, Problem, problems
from voices.script.pieces import Piece, split
from voices.script.pronunciation import apply_pronunciations
from voices.script.text import count_characters, normalise

__all__ = [
    "MAX_PAUSE_SECONDS",
    "Piece",
    "Problem",
    "apply_pronunciations",
    "count_characters",
    "normalise",
    "problems",
    "split",
]
