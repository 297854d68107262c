from django import forms
from django.utils.translation import gettext_lazy as _


class SampleForm(forms.Form):
    """One field of each kind, for the page of components."""

    email = forms.EmailField(label=_("Email address"), help_text=_("We send a code there."))
    script = forms.CharField(label=_("Script"), widget=forms.Textarea(attrs={"rows": 3}))
    format = forms.ChoiceField(
        label=_("Format"), choices=[("mp3", "MP3"), ("wav", "WAV"), ("flac", "FLAC")], required=False
    )
    voice = forms.ChoiceField(
        label=_("Voice"),
        choices=[("heart", _("Heart, warm")), ("george", _("George, calm"))],
        widget=forms.RadioSelect,
    )
    picture = forms.FileField(label=_("Picture"), required=False, help_text=_("JPEG or PNG, up to 5 MB."))
    locked = forms.CharField(label=_("Locked"), initial=_("Cannot be changed"), disabled=True)
    remember = forms.BooleanField(label=_("Stay signed in"), required=False, help_text=_("Only on your own."))
    agree = forms.BooleanField(label=_("This is my own voice"))
