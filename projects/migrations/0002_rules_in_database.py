from django.db import migrations

from accounts.delete_rules import set_in_database


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]

    operations = [set_in_database("projects")]
