from django.urls import path

from voicecraft.dev import views

app_name = "dev"
urlpatterns = [
    path("components/", views.components, name="components"),
    path("mail/", views.mail, name="mail"),
    path("mail/<str:name>/", views.message, name="message"),
]
