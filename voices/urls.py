from django.urls import path

from voices.views import history, library, pronunciations, studio

app_name = "voices"
urlpatterns = [
    path("studio/", studio.studio, name="studio"),
    path("studio/history/", history.history, name="history"),
    path("studio/pronunciations/", pronunciations.pronunciations, name="pronunciations"),
    path(
        "studio/pronunciations/<uuid:pk>/delete/",
        pronunciations.delete_pronunciation,
        name="delete-pronunciation",
    ),
    path("studio/<uuid:pk>/", studio.generation, name="generation"),
    path("studio/<uuid:pk>/state/", studio.state, name="state"),
    path("studio/<uuid:pk>/cancel/", studio.act, {"action": "cancel"}, name="cancel"),
    path("studio/<uuid:pk>/retry/", studio.act, {"action": "retry"}, name="retry"),
    path("studio/<uuid:pk>/rename/", studio.act, {"action": "rename"}, name="rename"),
    path("studio/<uuid:pk>/delete/", studio.act, {"action": "delete"}, name="delete"),
    path("studio/sentences/<uuid:pk>/", studio.segment, name="segment"),
    path("studio/takes/<uuid:pk>/choose/", studio.choose_take, name="choose-take"),
    path("studio/takes/<uuid:pk>/audio/", studio.take_audio, name="take-audio"),
    path("library/", library.library, name="library"),
    path("library/<uuid:pk>/", library.audio, name="audio"),
    path("library/<uuid:pk>/file/", library.audio_file, name="audio-file"),
    path("library/<uuid:pk>/delete/", library.delete_audio, name="delete-audio"),
    path("library/<uuid:pk>/restore/", library.restore_audio, name="restore-audio"),
]
