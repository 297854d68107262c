from django.contrib.admin.apps import AdminConfig


class StudioAdminConfig(AdminConfig):
    """Django's administration, with a first page of our own."""

    default_site = "voicecraft.admin_site.StudioSite"
