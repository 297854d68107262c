from django.db import migrations

from accounts.tags import CREATE_TAGS_FUNCTION, DROP_TAGS_FUNCTION


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunSQL(CREATE_TAGS_FUNCTION, DROP_TAGS_FUNCTION)]
