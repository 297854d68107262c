from django.db import migrations

from accounts.delete_rules import set_in_database
from billing.ledger_guard import CREATE_GUARD, DROP_GUARD


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [set_in_database("billing"), migrations.RunSQL(CREATE_GUARD, DROP_GUARD)]
