from voices.engines import registry
from voices.enums import AgeGroup, Gender, Style
from voices.presets import PRESETS


def test_every_preset_is_a_voice_that_its_engine_has():
    spoken_by = {preset.slug: registry.ENGINES[preset.model].capabilities for preset in PRESETS}

    assert {preset.slug: preset.language for preset in PRESETS} == {
        preset.slug: spoken_by[preset.slug].voice(preset.voice_id).language for preset in PRESETS
    }


def test_every_choice_is_one_of_the_models():
    assert {preset.gender for preset in PRESETS} <= set(Gender.values)
    assert {preset.age_group for preset in PRESETS} <= set(AgeGroup.values)
    assert {preset.style for preset in PRESETS} == set(Style.values)


def test_slugs_and_voices_are_unique_and_the_instant_voice_comes_first():
    assert len({preset.slug for preset in PRESETS}) == len(PRESETS) == 14
    assert len({(preset.model, preset.voice_id) for preset in PRESETS}) == 14
    assert (PRESETS[0].model, PRESETS[0].voice_id, PRESETS[0].is_featured) == ("hibari", "heart", True)


def test_the_names_that_the_studio_was_promised_with():
    promised = {"Wise Woman": "adult", "Energetic Youth": "young adult", "News Anchor": "adult"}

    assert {preset.name: preset.age_group for preset in PRESETS if preset.name in promised} == promised


def test_instant_voice_is_free():
    assert [preset.slug for preset in PRESETS if preset.is_premium] == ["deep-voice", "night-whisper"]
