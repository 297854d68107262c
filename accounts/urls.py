from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/picture/remove/", views.remove_picture, name="remove_picture"),
    path("pictures/<uuid:pk>/<slug:version>/", views.avatar, name="avatar"),
    # In place of allauth's list at the same address
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/<int:pk>/end/", views.end_session, name="end_session"),
]
