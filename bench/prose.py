"""Prose to speak: varied English sentences from lists of words, the same for the same seed."""

import random

MOST_SENTENCES_OF_PARAGRAPH = 6

_WORDS = {
    "person": (
        "the captain|my grandmother|the night clerk|a tall woman in grey|the surveyor|her youngest brother"
        "|the piano teacher|old Mr. Harlow|the ferryman|Anna|the new doctor|a boy of eleven|the archivist"
        "|Professor Lindqvist|the baker's wife|nobody in the village|the engineer|a retired judge"
    ),
    "did": (
        "found|remembered|described|painted|lost|carried home|repaired|refused to sell|measured|hid|had inherited"
        "|wrote about|could not forget|photographed|dreamed of|asked for|guarded|gave away"
    ),
    "thing": (
        "a brass compass|the last letter|three jars of honey|an unfinished map|the key to the boathouse"
        "|a blue umbrella|the parish register|two tickets for the evening train|a clock without hands"
        "|the recipe for plum bread|a box of glass negatives|the harbour light|an old violin|a bundle of wet rope"
        "|the drawing of a bridge|seventeen postcards|a small wooden horse|the minutes of the meeting"
    ),
    "place": (
        "by the north gate|in the reading room|under the stairs|at the edge of the marsh|on the upper deck"
        "|behind the chapel|in a kitchen that smelled of coffee|along the river path|in the attic|at Platform 4"
        "|on the far side of the orchard|beside the empty pool|in the market square|above the tree line"
    ),
    "time": (
        "that winter|early on Thursday|before the ferry left|when the rain stopped|a week later|at half past six"
        "|in the spring of 1927|long after midnight|on the first warm evening|every other year|at low tide"
        "|while the others slept|before breakfast|in the second hour|as soon as the road was clear"
    ),
    "mood": (
        "quiet|patient|restless|strangely cheerful|tired|proud|careful|unusually kind|suspicious|calm|late|alone"
    ),
    "reason": (
        "the bridge had been closed|nobody had asked in time|the figures did not agree|she trusted the weather"
        "|there was no other way down|the letter had been delayed|it was easier than waiting|the lamp had gone out"
        "|somebody had moved the boat|they had promised it|the snow came early|he owed them $240"
    ),
    "remark": (
        "It will hold|You are early|Nothing here is lost|Leave the door open|I counted twice|The tide decides"
        "|We had better hurry|That is not how it began|Ask me again tomorrow|There were only 12 of them"
    ),
}
WORDS = {name: tuple(words.split("|")) for name, words in _WORDS.items()}

PATTERNS = (
    "{time}, {person} {did} {thing} {place}.",
    "{person} {did} {thing}, because {reason}.",
    "{remark}, said {person}, and looked at {thing} {place}.",
    "“{remark},” {person} said {time}.",
    "{place}, {person} was {mood}, and {person} was not.",
    "Nobody knew why {person} {did} {thing}; {reason}, and that was all one heard.",
    "{person} waited {place} until {reason}.",
    "Was it {person} who {did} {thing} {time}?",
    "{thing} lay {place}, where {person} had left it {time}, and it was still there when {reason}.",
    "{time} the house was {mood}.",
    "Of all that {person} {did}, {thing} was the one that mattered, or so {person} used to say.",
    "It was {mood} {place}, and {time} {person} {did} {thing} — the second that year.",
    "{reason}, so {person} walked home.",
    "If {reason}, then {person} must have been {mood}; and yet {thing} was gone.",
)


def prose(characters: int, seed: int = 0) -> str:
    """Paragraphs of at most so many characters, and less by no more than a sentence."""
    choose = random.Random(seed)
    text = ""
    left = 0  # sentences of the paragraph
    while True:
        sentence = _sentence(choose)
        gap = " " if left else "\n\n" if text else ""
        left = left - 1 if left else choose.randint(2, MOST_SENTENCES_OF_PARAGRAPH) - 1
        if len(text) + len(gap) + len(sentence) > characters:
            return text or sentence[:characters]
        text += gap + sentence


def sentence(seed: int) -> str:
    """One sentence."""
    return _sentence(random.Random(seed))


def _sentence(choose: random.Random) -> str:
    chosen = {name: iter(choose.sample(words, 3)) for name, words in WORDS.items()}
    pattern = choose.choice(PATTERNS)
    for name, words in chosen.items():
        while f"{{{name}}}" in pattern:
            pattern = pattern.replace(f"{{{name}}}", next(words), 1)
    first = next(place for place, letter in enumerate(pattern) if letter.isalpha())
    return pattern[:first] + pattern[first].upper() + pattern[first + 1 :]
