"""The voices that the studio brings along.

Chosen from the engines' voices by how they were measured (median pitch, its spread, how fast and how clearly
they speak) and by the grades that Kokoro's author publishes. To change one, edit its line and seed again.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Preset:
    """One voice template; the fields are those of `VoiceTemplate`. Rows are found by `slug`."""

    slug: str
    name: str
    description: str
    model: str
    voice_id: str
    language: str
    accent: str
    gender: str
    age_group: str
    style: str
    sample_text: str
    is_featured: bool = False
    is_premium: bool = False


PRESETS = (
    Preset(
        slug="heart",
        name="Heart",
        description="Warm and clear, and ready at once: the voice to draft with.",
        model="hibari",
        voice_id="heart",
        language="en-US",
        accent="American",
        gender="female",
        age_group="young adult",
        style="conversational",
        sample_text="Write a line, press Speak, and hear it before you have put down your cup.",
        is_featured=True,
    ),
    Preset(
        slug="wise-woman",
        name="Wise Woman",
        description="Low, steady and unhurried, for lessons and for advice.",
        model="kokoro-82m",
        voice_id="af_kore",
        language="en-US",
        accent="American",
        gender="female",
        age_group="adult",
        style="professional",
        sample_text="Take your time with the first page. The rest of the book will thank you for it.",
        is_featured=True,
    ),
    Preset(
        slug="energetic-youth",
        name="Energetic Youth",
        description="Quick and lively, with a wide melody, for games, adverts and short videos.",
        model="kokoro-82m",
        voice_id="am_fenrir",
        language="en-US",
        accent="American",
        gender="male",
        age_group="young adult",
        style="conversational",
        sample_text="Okay, three things you have to see this week, and the last one is completely wild!",
        is_featured=True,
    ),
    Preset(
        slug="news-anchor",
        name="News Anchor",
        description="Even and exact, neither high nor low, for bulletins and announcements.",
        model="kokoro-82m",
        voice_id="af_alloy",
        language="en-US",
        accent="American",
        gender="neutral",
        age_group="adult",
        style="formal",
        sample_text="Good evening. The council has voted tonight to reopen the harbor bridge in April.",
        is_featured=True,
    ),
    Preset(
        slug="storyteller",
        name="Storyteller",
        description="A British voice with weight and colour, for fiction and long evenings.",
        model="kokoro-82m",
        voice_id="bm_george",
        language="en-GB",
        accent="British",
        gender="male",
        age_group="adult",
        style="dramatic",
        sample_text="Nobody had lived in the house on the hill for forty years, and yet there was a light.",
        is_featured=True,
    ),
    Preset(
        slug="bright-host",
        name="Bright Host",
        description="Open and full of energy, for podcasts and welcome messages.",
        model="kokoro-82m",
        voice_id="af_bella",
        language="en-US",
        accent="American",
        gender="female",
        age_group="young adult",
        style="conversational",
        sample_text="Welcome back to the show! Today we are talking about bread, and why it goes wrong.",
    ),
    Preset(
        slug="documentary-narrator",
        name="Documentary Narrator",
        description="Calm and trustworthy, for documentaries, courses and company films.",
        model="kokoro-82m",
        voice_id="am_michael",
        language="en-US",
        accent="American",
        gender="male",
        age_group="adult",
        style="professional",
        sample_text="Every autumn, a million cranes leave these wetlands and follow the coast to the south.",
    ),
    Preset(
        slug="london-presenter",
        name="London Presenter",
        description="Crisp and friendly British English, for explainers and product tours.",
        model="kokoro-82m",
        voice_id="bf_emma",
        language="en-GB",
        accent="British",
        gender="female",
        age_group="adult",
        style="professional",
        sample_text="In the next two minutes, I will show you where everything is and what it does.",
    ),
    Preset(
        slug="friendly-teacher",
        name="Friendly Teacher",
        description="Patient and encouraging, for lessons and instructions.",
        model="kokoro-82m",
        voice_id="af_sarah",
        language="en-US",
        accent="American",
        gender="female",
        age_group="young adult",
        style="professional",
        sample_text="That was a very good try. Now let us read the second sentence together.",
    ),
    Preset(
        slug="calm-guide",
        name="Calm Guide",
        description="Soft and level British English, for meditations and audio tours.",
        model="kokoro-82m",
        voice_id="bf_isabella",
        language="en-GB",
        accent="British",
        gender="female",
        age_group="adult",
        style="conversational",
        sample_text="Breathe in slowly, and listen to the rain on the leaves above you.",
    ),
    Preset(
        slug="deep-voice",
        name="Deep Voice",
        description="Very low and dark, for trailers and villains.",
        model="kokoro-82m",
        voice_id="am_onyx",
        language="en-US",
        accent="American",
        gender="male",
        age_group="adult",
        style="dramatic",
        sample_text="This winter, one man will learn that the sea never forgets.",
        is_premium=True,
    ),
    Preset(
        slug="night-whisper",
        name="Night Whisper",
        description="Close to the microphone and almost whispered, for bedtime stories.",
        model="kokoro-82m",
        voice_id="af_nicole",
        language="en-US",
        accent="American",
        gender="female",
        age_group="young adult",
        style="dramatic",
        sample_text="Close your eyes. The train has left the station, and the night is very long.",
        is_premium=True,
    ),
    Preset(
        slug="country-gentleman",
        name="Country Gentleman",
        description="A deep British voice with age in it, for letters, history and good manners.",
        model="kokoro-82m",
        voice_id="bm_lewis",
        language="en-GB",
        accent="British",
        gender="male",
        age_group="senior",
        style="formal",
        sample_text="I have kept this garden for fifty years, and it has kept me in return.",
    ),
    Preset(
        slug="grandfather",
        name="Grandfather",
        description="Hoarse, jolly and a little out of breath, for characters and winter tales.",
        model="kokoro-82m",
        voice_id="am_santa",
        language="en-US",
        accent="American",
        gender="male",
        age_group="senior",
        style="dramatic",
        sample_text="Come in, come in, and shake the snow from your boots before you sit down.",
    ),
)
