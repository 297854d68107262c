from django.db import migrations

from accounts.delete_rules import set_in_database


class Migration(migrations.Migration):
    dependencies = [("voices", "0002_constraints")]

    operations = [set_in_database("voices")]
