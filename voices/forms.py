from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from voices.collection import adopt
from voices.engines import registry
from voices.engines.base import Capabilities
from voices.enums import AudioFormat
from voices.exceptions import ScriptError, VoicesError
from voices.library import clean_tags
from voices.models import Audio, Pronunciation, Voice, VoiceGeneration, VoiceTemplate
from voices.models.generation import RATIO
from voices.scriptfile import MAX_FILE_BYTES, read_text
from voices.synthesis import Wishes, check_script, submit


@dataclass(frozen=True)
class VoiceChoice:
    """A voice that the picker offers, and what its engine can do."""

    voice: Voice | VoiceTemplate
    capabilities: Capabilities


def voice_choices(user: Any) -> list[VoiceChoice]:
    """The user's own voices, then the templates, as far as an engine here can speak them.

    Of the featured ones the instant voice is first, so that who does not choose hears something at once.
    """
    engines = registry.all_capabilities()
    own = (
        Voice.objects.for_user(user)
        .active()
        .filter(is_cloned=True, model__in=engines)
        .select_related("sample")
    )
    templates = VoiceTemplate.objects.filter(model__in=engines).for_picker()
    quickest_first = sorted(templates, key=lambda t: (not t.is_featured, -engines[t.model].first_characters))
    voices: list[Voice | VoiceTemplate] = [*own, *quickest_first]
    return [VoiceChoice(voice, engines[voice.model]) for voice in voices]


class ScriptForm(forms.Form):
    """The studio: a script, a voice, and how it is to be spoken."""

    title = forms.CharField(label=_("Title"), max_length=120, required=False)
    text = forms.CharField(label=_("Script"), widget=forms.Textarea, strip=False, required=False)
    file = forms.FileField(label=_("Text file"), required=False)
    voice = forms.UUIDField(label=_("Voice"), error_messages={"required": _("Choose a voice first.")})
    speed = forms.FloatField(label=_("Speed"), initial=1.0, min_value=RATIO[0], max_value=RATIO[1])
    pitch = forms.FloatField(label=_("Pitch"), initial=1.0, min_value=RATIO[0], max_value=RATIO[1])
    emotion = forms.CharField(label=_("Emotion"), max_length=30, required=False)
    format = forms.ChoiceField(label=_("Format"), choices=AudioFormat, initial=AudioFormat.MP3)
    most_credits = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: list[VoiceChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.voices = {choice.voice.pk: choice.voice for choice in choices}

    def clean_file(self) -> str:
        """The text of the file; one that is not text is refused."""
        file = self.cleaned_data["file"]
        try:
            return read_text(file.read(MAX_FILE_BYTES + 1)) if file else ""
        except ScriptError as error:
            raise forms.ValidationError(error.message) from error

    def clean(self) -> dict[str, Any]:
        """The script is what was typed, or else what the file holds."""
        cleaned = super().clean() or self.cleaned_data
        if "file" in cleaned:
            try:
                cleaned["text"] = check_script(cleaned.get("text") or cleaned["file"])
            except ScriptError as error:
                self.add_error("text", error.message)
        return cleaned

    def clean_voice(self) -> VoiceTemplate | Voice:
        choice = self.voices.get(self.cleaned_data["voice"])
        if choice is None:
            raise forms.ValidationError(_("That voice is not there any more. Choose another one."))
        return choice

    def voice_of(self, user: Any) -> Voice:
        """The chosen voice as the user's own; a template is adopted."""
        choice = self.cleaned_data["voice"]
        return adopt(user, choice) if isinstance(choice, VoiceTemplate) else choice

    def submit(self, user: Any) -> VoiceGeneration:
        """Have the script spoken, for as many credits at the most as the page showed; the refusals of `submit`."""
        names = ("title", "speed", "pitch", "emotion", "format")
        return submit(
            user,
            self.voice_of(user),
            self.cleaned_data["text"],
            Wishes(**{name: self.cleaned_data[name] for name in names}),
            most_credits=self.cleaned_data["most_credits"],
        )


class SentenceForm(forms.Form):
    """One sentence of a script, to be changed and made again."""

    text = forms.CharField(label=_("Sentence"), widget=forms.Textarea(attrs={"rows": 3}), max_length=10_000)


class TitleForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120, required=False)


class AudioForm(forms.ModelForm):
    """What the owner of an audio may say of it. Tags are words parted by commas."""

    tags = forms.CharField(label=_("Tags"), required=False, help_text=_("Words parted by commas."))

    class Meta:
        model = Audio
        fields = ("filename", "tags", "description")
        labels = {"filename": _("Name"), "description": _("Description")}
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["tags"] = ", ".join(self.instance.tags)

    def clean_tags(self) -> list[str]:
        try:
            return clean_tags(self.cleaned_data["tags"].split(","))
        except VoicesError as error:
            raise forms.ValidationError(error.message) from error


class PronunciationForm(forms.ModelForm):
    class Meta:
        model = Pronunciation
        fields = ("word", "spoken_as")
        labels = {"word": _("Word"), "spoken_as": _("Say it as")}
        help_texts = {"spoken_as": _("Write it as it sounds: “Nguyen” as “win”.")}

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"]
        if Pronunciation.objects.for_user(self.instance.user).filter(word__iexact=word).exists():
            raise forms.ValidationError(_("That word is in your dictionary already."))
        return word
