"""The text front end: what may not reach it, what it cannot read, and pieces that fit the models."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voices.engines.base import EngineError
from voices.engines.phonemes import LONGEST_PHONEMES, phrases, readable, refuse_other_scripts


def spoken(text: str, **wishes) -> str:
    return " | ".join(phrase.phonemes for phrase in phrases(text, british=False, **wishes))


def stressed_part(text: str, *words: str) -> str:
    spans = tuple((text.index(word), text.index(word) + len(word)) for word in words)
    found = phrases(text, british=False, emphasis=spans)
    return "".join(
        phoneme
        for phrase in found
        for phoneme, stressed in zip(phrase.phonemes, phrase.stressed, strict=True)
        if stressed
    )


def test_markup_for_phonemes_is_read_as_text():
    assert "hɛlO" not in spoken("Say [word](/hɛlO/) now.")
    assert readable("[word](/hɛlO/)") == "(word)(/hɛlO/)"


def test_british_and_american():
    (british,) = phrases("The dance hall.", british=True)
    (american,) = phrases("The dance hall.", british=False)
    assert (british.phonemes, american.phonemes) == ("ðə dˈɑːns hˈɔːl.", "ðə dˈæns hˈɔl.")


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("See https://www.example.com/news/today.", "See example dot com slash news slash today."),
        ("Write to bob.lee@example.org!", "Write to bob dot lee at example dot org!"),
        ("Open example.com, please.", "Open example dot com, please."),
        ("ｆｕｌｌ 𝐛𝐨𝐥𝐝 ﬁne e\u0301clair", "full bold fine éclair"),
        ("Call 12345678901234567890.", "Call 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0."),
        ("It is 3.5 m to node.js, e.g. here.", "It is 3.5 m to node.js, e.g. here."),
    ],
)
def test_readable(text, read_as):
    assert readable(text) == read_as


def test_numbers_money_and_dates_are_words():
    assert spoken("$1,250 on 3/4/2024.") == spoken(
        "one thousand two hundred fifty dollars on March fourth, 2024."
    )


@pytest.mark.parametrize("text", ["", "   ", "…", "?!", "🙂🙂", "- - -", "( )", "$", "\x00"])
def test_nothing_to_speak(text):
    with pytest.raises(EngineError) as caught:
        phrases(text, british=False)
    assert caught.value.message == f"There is nothing to speak in “{text.strip()}”."
    assert caught.value.permanent is True


def test_other_scripts_are_refused_by_name():
    with pytest.raises(EngineError, match="reads English and cannot read “日本語の文章です”") as caught:
        refuse_other_scripts("日本語の文章です")
    assert caught.value.permanent is True
    with pytest.raises(EngineError):
        refuse_other_scripts("Привет, мир")


@pytest.mark.parametrize("text", ["Say 日本 in the café", "naïve Zürich", "42", "𝐛𝐨𝐥𝐝 ＦＵＬＬ", "🙂"])
def test_mostly_latin_is_not_refused(text):
    refuse_other_scripts(text)


def test_sentences_are_spoken_together_or_one_by_one():
    text = "One came. Two left! Did three stay?"

    assert len(phrases(text, british=False)) == 1
    assert [phrase.ends_sentence for phrase in phrases(text, british=False, together=False)] == [True] * 3


def test_a_line_break_ends_a_phrase_and_a_paragraph():
    found = phrases("A title\nThe text. More of it.\n\nAnother.", british=False)

    assert [phrase.ends_paragraph for phrase in found] == [True, True, True]
    assert found[0].phonemes == "ɐ tˈITᵊl"


def test_a_sentence_of_4000_characters_is_divided_at_clauses():
    clause = "and then the long road turned north again, "
    found = phrases(clause * 93 + "at last.", british=False)

    assert max(len(phrase.phonemes) for phrase in found) <= LONGEST_PHONEMES + 1
    assert all(phrase.phonemes.rstrip().endswith((",", ".")) for phrase in found)
    assert len(found) == 11


def test_a_sentence_without_commas_is_divided_between_words():
    found = phrases("road " * 800, british=False)

    assert {word for phrase in found for word in phrase.phonemes.split()} == {"ɹˈOd"}
    assert sum(len(phrase.phonemes.split()) for phrase in found) == 800


def test_emphasis_is_carried_to_the_phonemes_of_that_word():
    assert stressed_part("I said that she left.", "she") == "ʃˈi"
    assert stressed_part("Take the red car, not the blue one.", "blue") == "blˈu"
    assert stressed_part("It is the best.", "the") == "ðˈi"


def test_emphasis_survives_what_the_front_end_rewrites():
    assert stressed_part("On 3/4/2024 we paid $1,250 to Dr. No.", "$1,250") == stressed_part(
        "We paid $1,250 to them.", "$1,250"
    )
    date = stressed_part("It was on 3/4/2024, at noon.", "3/4/2024")
    assert date.startswith("mˈɑɹʧ")


def test_emphasis_in_a_later_line():
    assert stressed_part("First line.\nSecond row here.", "row") == stressed_part("The row here.", "row")


def test_a_mixture_that_the_front_end_trips_over_is_read_plainly():
    assert spoken("a$.5£|99/99/9999”=0…24:60:61aNo. 51e9I'm 25th") != ""


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_is_phrases_or_a_clear_refusal(text):
    refused = None
    found = []
    try:
        found = phrases(text, british=False, emphasis=((0, len(text) // 2),))
    except EngineError as error:
        refused = error

    assert bool(found) is (refused is None)
    assert refused is None or refused.permanent
    assert all(0 < len(phrase.phonemes) <= LONGEST_PHONEMES + 1 for phrase in found)
    assert all(len(phrase.phonemes) == len(phrase.stressed) for phrase in found)
