"""The models' delete rules, told to the database as well, so that they hold for SQL typed by hand too.

Django itself carries them out in Python and leaves NO ACTION on its foreign keys. A migration of each app
sets ON DELETE CASCADE or SET NULL; RESTRICT and PROTECT are NO ACTION already. A test compares the two.
"""

from typing import Any

from django.db import migrations, models

ACTIONS = {models.CASCADE: "ON DELETE CASCADE", models.SET_NULL: "ON DELETE SET NULL"}


def set_in_database(app_label: str) -> migrations.RunPython:
    """The operation that gives every foreign key of the app its ON DELETE, and takes it back.

    It needs a migration of its own, as Django makes foreign keys at the end of the one that adds the fields.
    """

    def forwards(apps: Any, schema_editor: Any) -> None:
        _rewrite(apps, schema_editor, app_label, ACTIONS)

    def backwards(apps: Any, schema_editor: Any) -> None:
        _rewrite(apps, schema_editor, app_label, {})

    return migrations.RunPython(forwards, backwards)


def _rewrite(apps: Any, schema_editor: Any, app_label: str, actions: dict[Any, str]) -> None:
    for model in apps.get_app_config(app_label).get_models():
        for field in model._meta.local_fields:
            if field.is_relation and field.remote_field.on_delete in ACTIONS:
                _rewrite_key(schema_editor, model, field, actions.get(field.remote_field.on_delete, ""))


def _rewrite_key(schema_editor: Any, model: Any, field: Any, action: str) -> None:
    [name] = schema_editor._constraint_names(model, [field.column], foreign_key=True)
    quote = schema_editor.quote_name
    target = field.target_field
    schema_editor.execute(
        f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(name)}, "
        f"ADD CONSTRAINT {quote(name)} FOREIGN KEY ({quote(field.column)}) "
        f"REFERENCES {quote(target.model._meta.db_table)} ({quote(target.column)}) "
        f"{action} DEFERRABLE INITIALLY DEFERRED"
    )
