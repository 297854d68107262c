from django.db import migrations

from accounts.delete_rules import set_in_database


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_reservations")]

    operations = [set_in_database("billing")]
