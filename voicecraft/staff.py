"""The group whose members look after the studio in the administration."""

from django.contrib.auth.models import Group, Permission

NAME = "Staff"
APPS = ("accounts", "billing", "voices", "projects")


def seed_staff_group() -> Group:
    """The group, with leave to do what the administration offers on our tables; made once, then staff's own."""
    group, created = Group.objects.get_or_create(name=NAME)
    if created:
        group.permissions.set(Permission.objects.filter(content_type__app_label__in=APPS))
    return group
