"""Text to pieces: nothing is lost, sentences stay whole, and what is spoken is what was meant."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voices.script import Problem, apply_pronunciations, count_characters, normalise, problems, split

FAMILY = "👩‍👩‍👧"


def pieces(text, *, max_characters=400, first_characters=1000, **more):
    found = split(text, max_characters=max_characters, first_characters=first_characters, **more)
    assert "".join(piece.text for piece in found) == text
    return found


def spoken(text, **more):
    return [piece.spoken for piece in pieces(text, **more)]


# Sentences long enough not to be spoken together with their neighbours
LONG = "This is a sentence that stands by itself."


@pytest.mark.parametrize(
    "sentence",
    [
        "We asked Dr. Smith and Mrs. Jones about the matter.",
        "It was written by J. R. R. Tolkien many years ago.",
        "The U.S. Army moved through St. Louis on that very day.",
        "He keeps pets, e.g. cats, dogs, etc. in the old house.",
        "The answer is on the page of No. 5 in the third row.",
        "We met at 5 a.m. on Friday, and we left at 6 p.m. on Sunday.",
        "It costs $3.50 in the shop, or 1,234.56 in the other one.",
        "Read https://example.com/a.b/c.html?d=e.f or www.example.org now.",
        "Write to bob.smith@mail.example.co.uk before the week ends.",
        "Open notes.final.txt and look at version 2.0.1 of the file.",
        "Well ... she said, and then nothing more was heard of it.",
        "“Really?” he asked, although he knew the answer very well.",
        "I use Yahoo! every day, and nobody understands the reason.",
        "What?! he cried, and threw the letter into the fireplace.",
        "The company Acme Inc. and its sister Foo Corp. were sold.",
        "It is said (see Fig. 3 and pp. 5–6) that nobody was there.",
        "Plan B was better than Vitamin C. or so the story goes here.",
    ],
)
def test_a_sentence_stays_whole(sentence):
    assert [piece.text for piece in pieces(f"{LONG} {sentence} {LONG}")] == [f"{LONG} ", f"{sentence} ", LONG]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "He said: “Go away from this place!” Nobody moved from the spot.",
            ["He said: “Go away from this place!” ", "Nobody moved from the spot."],
        ),
        (
            "(This is in brackets, all of it.) And this one is not in them.",
            ["(This is in brackets, all of it.) ", "And this one is not in them."],
        ),
        (
            "Are you really sure about that?! I am not so sure about that.",
            ["Are you really sure about that?! ", "I am not so sure about that."],
        ),
        (
            "I have thought about it for long… Then I went to the market.",
            ["I have thought about it for long… ", "Then I went to the market."],
        ),
        (
            "They live in the United States, in the U.S. The house is large.",
            ["They live in the United States, in the U.S. ", "The house is large."],
        ),
        (
            "今天天气非常好，我们一起去公园里面慢慢地散步吧！你觉得这个主意到底怎么样，可以吗？",
            ["今天天气非常好，我们一起去公园里面慢慢地散步吧！", "你觉得这个主意到底怎么样，可以吗？"],
        ),
        (
            "「さあみんなで今から公園へ行こうじゃないか！」と彼は大きな声で言った。それから彼はすぐに走り出して見えなくなってしまった。",
            [
                "「さあみんなで今から公園へ行こうじゃないか！」と彼は大きな声で言った。",
                "それから彼はすぐに走り出して見えなくなってしまった。",
            ],
        ),
        (
            "هل أنت متأكد من هذا الأمر حقا؟ نعم أنا متأكد من ذلك تماما.",
            ["هل أنت متأكد من هذا الأمر حقا؟ ", "نعم أنا متأكد من ذلك تماما."],
        ),
        (
            "यह एक बहुत लंबा और सुंदर वाक्य है। यह दूसरा बहुत लंबा वाक्य है।",
            ["यह एक बहुत लंबा और सुंदर वाक्य है। ", "यह दूसरा बहुत लंबा वाक्य है।"],
        ),
        (
            "i do not like capital letters at all. they look so very serious to me. what about you?",
            [
                "i do not like capital letters at all. ",
                "they look so very serious to me. ",
                "what about you?",
            ],
        ),
        (
            "It ended like this.[12] The next chapter is rather different.",
            ["It ended like this.[12] ", "The next chapter is rather different."],
        ),
    ],
)
def test_sentences_end_where_they_end(text, parts):
    assert [piece.text for piece in pieces(text)] == parts


def test_lines_of_lists_and_headings_stand_by_themselves():
    text = "Shopping list\n\nWe need:\n- milk and eggs\n- bread\n  from us\n\n1. Wash\n2. Then cook. Eat\n"
    assert spoken(text) == [
        "Shopping list",
        "We need:",
        "milk and eggs",
        "bread from us",
        "1. Wash",
        "2. Then cook. Eat",
    ]


def test_a_line_broken_by_a_margin_goes_on_and_a_verse_does_not():
    wrapped = "The margin of this letter broke the line after some sixty\nletters, and it goes on."
    assert spoken(wrapped) == [wrapped.replace("\n", " ")]
    assert spoken("Tiger Tiger\nBurning bright") == ["Tiger Tiger", "Burning bright"]


def test_short_sentences_of_a_paragraph_are_spoken_together():
    assert spoken("No. Never. Not me!\n\nYes.") == ["No. Never. Not me!", "Yes."]


def test_pauses_follow_the_punctuation():
    text = f"Title of it\n\n{LONG} {LONG}\n\n***\n\n{LONG[:-1]}… {LONG}"
    assert [piece.pause_after_seconds for piece in pieces(text)] == [0.7, 0.35, 1.2, 0.45, 0.0]


def test_a_long_sentence_is_cut_at_its_clauses():
    clause = "the rain went on and on without an end in sight for anyone who was out there; "
    text = (clause * 50).strip()
    found = pieces(text, max_characters=200)
    assert {piece.text for piece in found[:-1]} == {clause * 2}
    assert {piece.pause_after_seconds for piece in found[:-1]} == {0.25}


def test_text_without_any_punctuation_is_cut_between_words():
    found = pieces("lorem ipsum dolor sit amet " * 40, max_characters=100)
    assert all(piece.text.endswith(" ") for piece in found)
    assert all(50 <= len(piece.spoken) <= 100 for piece in found[:-1])


def test_text_without_any_space_is_cut_between_characters():
    family = FAMILY * 30 + "e\u0301" * 300
    found = pieces(family, max_characters=101)
    assert all(len(piece.spoken) <= 101 for piece in found)
    assert all(not unicodedata.combining(piece.text[0]) for piece in found)


def test_the_first_piece_is_short_so_that_it_is_heard_soon():
    text = (
        "When the sun came up over the hills, the old man, who had not slept, went down to the sea. " + LONG
    )
    assert spoken(text, first_characters=60) == [
        "When the sun came up over the hills, the old man,",
        "who had not slept, went down to the sea.",
        LONG,
    ]
    assert spoken("Yes, " + "word " * 20 + "and that is all there is.", first_characters=40) == [
        "Yes, " + "word " * 20 + "and that is all there is."
    ]


def test_a_pause_ends_a_piece_and_adds_up():
    found = pieces("Wait [pause 1.5s] for it. [PAUSE] [pause 250 ms]\n\nNow [pause 8s][pause 9s] go.")
    assert [(piece.spoken, piece.pause_after_seconds) for piece in found] == [
        ("Wait", 1.5),
        ("for it.", 0.75),
        ("Now", 10.0),
        ("go.", 0.0),
    ]


def test_a_pause_before_the_first_word_is_a_piece_of_silence():
    found = pieces("[pause 2s] Hello.")
    assert [(piece.spoken, piece.pause_after_seconds) for piece in found] == [("", 2.0), ("Hello.", 0.0)]


@pytest.mark.parametrize("text", ["🎉🎉", "***", " \n\n ", "—", "[pause 3s]", "…"])
def test_what_nobody_can_say_is_one_piece_of_silence(text):
    assert spoken(text) == [""]


def test_decoration_is_not_read():
    assert spoken("~~~ Well . . . . -- I ---- said it!!!!!! ***") == ["Well… — I said it!!!"]


def test_no_text_has_no_pieces():
    assert pieces("") == []


def test_emoji_join_their_neighbours_and_are_not_read():
    text = f"🎉\n\nWell done! 👏🏽\n\n{FAMILY}\n\nGo on ❤️ 1️⃣ 🇫🇷 x."
    assert spoken(text) == ["Well done!", "Go on 1 x."]


@pytest.mark.parametrize(
    ("text", "words", "emphasised"),
    [
        ("I *really* mean it.", "I really mean it.", ["really"]),
        ("I **really do** mean it.", "I really do mean it.", ["really do"]),
        ("“*Never*”, he said.", "“Never”, he said.", ["Never"]),
        ("这是*重点*内容。", "这是重点内容。", ["重点"]),
        ("2 * 3 * 4 is twenty-four.", "2 * 3 * 4 is twenty-four.", []),
        ("* item with *one* star", "item with one star", ["one"]),
        ("Prices* and terms* apply.", "Prices* and terms* apply.", []),
        ("*Terms apply to this.", "*Terms apply to this.", []),
        (r"A \*literal\* star.", "A *literal* star.", []),
        ("*not\nacross* lines", "*not across* lines", []),
        ("It weighs *5 kg* now, on *5/5*.", "It weighs 5 kg now, on 5 out of 5.", ["5 kg", "5 out of 5"]),
        ("See *a@b.com* and *No.* 7.", "See a at b dot com and Number 7.", ["a at b dot com", "Number "]),
    ],
)
def test_emphasis_stays_on_its_words(text, words, emphasised):
    (piece,) = pieces(text)
    assert piece.spoken == words
    assert [piece.spoken[start:end] for start, end in piece.emphasis] == emphasised


def test_malformed_markup_is_pointed_out():
    text = "Wait [pause banana] and [pause 99s], [pause], [pauses], [ pause 1 s ] [pause 1s"
    assert problems(text) == [
        Problem(5, 19, "“[pause banana]” is not a pause. Write [pause 0.5s], [pause 500ms] or [pause]."),
        Problem(24, 35, "“[pause 99s]” is too long: a pause can last 10 seconds at the most."),
        Problem(70, 79, "“[pause 1s” is not a pause. Write [pause 0.5s], [pause 500ms] or [pause]."),
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("abc", 3), ("a\r\nb", 3), (FAMILY, 1), ("e\u0301e\u0301", 2), ("🇫🇷🇩🇪", 2), ("नमस्ते", 3)],
)
def test_characters_are_counted_as_a_reader_counts_them(text, count):
    assert count_characters(text) == count


def test_normalise_leaves_nothing_invisible():
    assert normalise("\ufeffa\r\nb\rc\x00\x07\u202e\u200bd e\u0301\u2028f\ud800") == "a\nb\ncd \u00e9\nf"
    assert normalise("a\U000e0041b") == "ab"
    scotland = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
    assert normalise(f"{scotland} {FAMILY} می‌خواهم") == f"{scotland} {FAMILY} می‌خواهم"


def test_pronunciations_are_whole_words_once_longest_first():
    entries = {
        "SQL": "sequel",
        "sequel": "no",
        "PostgreSQL": "postgress",
        "Nguyen": "win",
        "C#": "C sharp",
        "New  York": "N Y",
    }
    written = "SQL, sql's PostgreSQL by Nguyen in C#, not NoSQL, at new\nyork."
    assert (
        apply_pronunciations(written, entries)
        == "sequel, sequel's postgress by win in C sharp, not NoSQL, at N Y."
    )
    assert apply_pronunciations("can't can", {"can": "kan", "": "x"}) == "can't kan"
    assert apply_pronunciations("我爱北京", {"北京": "Beijing"}) == "我爱Beijing"


def test_pronunciations_move_the_emphasis_along():
    (piece,) = pieces("My GIF is a *GIF*.", pronunciations={"gif": "jif file"})
    assert piece.spoken == "My jif file is a jif file."
    assert [piece.spoken[start:end] for start, end in piece.emphasis] == ["jif file"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("It costs $1.2bn, 5,99 € or US$5.", "It costs 1.2 billion dollars, €5.99 or 5 US dollars."),
        ("$1.50/day for 20 EUR", "$1.50 per day for 20 euros"),
        ("Call 555-123-4567.", "Call five five five, one two three, four five six seven."),
        ("See https://www.voicecraft.com/my-page?x=1.", "See voicecraft dot com slash my dash page."),
        ("Mail a_b@c.co.uk!", "Mail a underscore b at c dot co dot U K!"),
        ("README.md and a.txt", "readme dot M D and a dot T X T"),
        ("Chapter IV, PART II, the XIX century", "Chapter 4, PART 2, the 19th century"),
        ("IX.", "9."),
        ("I mix CIVIL and I.", "I mix CIVIL and I."),
        ("½ or 2½ or 2 1/2 cups", "one half or 2 and a half or 2 and 1/2 cups"),
        ("pages 10–12, 10-12% or $10–15.", "pages 10 to 12, 10 to 12% or $10 to $15."),
        ("Mon–Fri 9am–5pm.", "Monday to Friday 9 AM to 5 PM."),
        ("Salt & pepper, AT&T", "Salt and pepper, AT&T"),
        ("100 m² at 5 m/s, 1 m, 220 V", "100 square meters at 5 meters per second, 1 meter, 220 volts"),
        ("−5 to ~50, ≥3", "minus 5 to about 50, at least 3"),
        ("Python 3.10, v2.0 and 1.2.3", "Python 3 point 10, version 2 point 0 and 1 point 2 point 3"),
        ("On 25.12.2024 and 1 000 000", "On 25 December 2024 and 1000000"),
        ("at 5 p.m. on Jan. 5", "at 5 PM on January 5"),
        ("until 5 p.m.", "until 5 PM."),
        ("No. 5, e.g. cats, i.e. pets, etc.", "Number 5, for example, cats, that is, pets, etc."),
        ("H2O & CO2", "H 2 O and C O 2"),
        ("the U.S. Army", "the U.S Army"),
        ("It is 5'10\".", "It is 5 foot 10."),
        ("Agent 007 scored 10/10[3].", "Agent zero zero seven scored 10 out of 10."),
        # Read right by the voices' own front end
        ("$5, £3.50 and 3 kg at 20 °C", "$5, £3.50 and 3 kg at 20 °C"),
        ("the 22nd of May, 3/4/2024 at 10:30", "the 22nd of May, 3/4/2024 at 10:30"),
        ("50% of 1,234 for #1", "50% of 1,234 for #1"),
    ],
)
def test_written_forms_are_said_right(written, said):
    assert spoken(written) == [said]


def test_other_languages_keep_their_written_forms():
    assert spoken("Das kostet 5 m & 3 €.", language="de-DE") == ["Das kostet 5 m & 3 €."]


def test_spoken_forms_reach_the_voice_as_words():
    g2p = pytest.importorskip("hibari.g2p").G2P()
    for written, as_words in [
        ("$2bn", "two billion dollars"),
        ("pages 10–12.", "pages ten to twelve."),
        ("Chapter IV", "Chapter four"),
        ("10 m²", "ten square meters"),
        ("a@b.com", "a at b dot com"),
        ("1 000 000", "one million"),
        ("H2O", "H two O"),
    ]:
        assert g2p(spoken(written)[0]) == g2p(as_words)


BITS = (
    *(
        "[pause 1s]",
        "[pause",
        "*",
        "**",
        "\\",
        "\n",
        "\n\n",
        ". ",
        ".",
        "“",
        "”",
        "Dr. ",
        "word ",
        "Word",
        "- ",
        "1. ",
    ),
    *(
        FAMILY,
        "e\u0301",
        "\u0301",
        "。",
        "字",
        "$5",
        "10–12",
        "a@b.com",
        "\ue000",
        ", ",
        "; ",
        "!?",
        "…",
        " and ",
    ),
    *("\t", "\u200d"),
)
ANYTHING = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(BITS), max_size=80).map("".join))


@settings(max_examples=600, deadline=None)
@given(
    text=ANYTHING,
    limit=st.integers(1, 120),
    first=st.integers(1, 80),
    language=st.sampled_from(["en-US", "de", "ja"]),
)
def test_any_text_is_split_without_loss(text, limit, first, language):
    entries = {"word": "a much longer way to say it", "字": ""}
    options = {
        "max_characters": limit,
        "first_characters": first,
        "language": language,
        "pronunciations": entries,
    }
    found = split(text, **options)
    assert "".join(piece.text for piece in found) == text
    assert split(text, **options) == found
    position = 0
    for piece in found:
        assert (piece.start, piece.end) == (position, position + len(piece.text))
        position = piece.end
        assert piece.text
        assert len(piece.spoken) <= limit
        assert piece.spoken == piece.spoken.strip()
        assert 0 <= piece.pause_after_seconds <= 10
        assert all(0 <= start < end <= len(piece.spoken) for start, end in piece.emphasis)


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=200) | ANYTHING)
def test_normalising_twice_changes_nothing(text):
    once = normalise(text)
    assert normalise(once) == once
    assert count_characters(once) <= len(once)
    once.encode()


@settings(max_examples=300, deadline=None)
@given(text=ANYTHING)
def test_no_cut_goes_through_a_character(text):
    text = normalise(text)
    found = split(text, max_characters=10, first_characters=5)
    assert sum(count_characters(piece.text) for piece in found) == count_characters(text)


PROSE = (
    "It was the best of times, it was the worst of times; “Really?” he asked Dr. Smith. She paid $5.50 for 3"
    " kg at 5 p.m. and left. Nobody knew why, but *everyone* wondered: was it No. 5 or No. 6?\n\n"
)


@pytest.mark.parametrize(
    "unit",
    [
        PROSE,
        '"',
        ".",
        "a",
        " ",
        "[pause ",
        "*",
        FAMILY,
        "*a* ",
        "1",
        "1-",
        ". ",
        "(",
        "\n",
        "a.",
        "[pause 1s]",
        "a@",
    ],
)
def test_ten_thousand_characters_are_split_at_once(unit):
    text = (
        unit * 10_000
        if len(unit) < 8 and unit in ('"', ".", "a", " ", "[pause ", "*", FAMILY)
        else unit * (10_000 // len(unit))
    )
    split(text[:1000], max_characters=400, first_characters=60)
    started = time.process_time()
    split(text, max_characters=400, first_characters=60)
    split(f"a{text}a", max_characters=400, first_characters=60)
    assert time.process_time() - started < 1.0  # tens of milliseconds; a regex gone wrong takes minutes
