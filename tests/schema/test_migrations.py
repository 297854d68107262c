"""Migrations apply from nothing, forward and back, and say what the models say."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor

OURS = ("accounts", "billing", "voices", "projects")
ON_DELETE = {
    models.CASCADE: "c",
    models.SET_NULL: "n",
    models.RESTRICT: "a",
    models.PROTECT: "a",
}  # pg_constraint's
FOREIGN_KEYS = [
    pytest.param(model, field, id=f"{model._meta.label}.{field.name}")
    for label in ("billing", "voices", "projects")
    for model in apps.get_app_config(label).get_models()
    for field in model._meta.local_fields
    if field.is_relation
]


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "field"), FOREIGN_KEYS)
def test_the_database_knows_the_delete_rule(model, field):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT confdeltype FROM pg_constraint "
            "JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1] "
            "WHERE contype = 'f' AND conrelid = %s::regclass AND attname = %s",
            [model._meta.db_table, field.column],
        )
        assert cursor.fetchall() == [(ON_DELETE[field.remote_field.on_delete],)]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_migrations_go_back_to_nothing_and_forward_again():
    before = _columns()
    try:
        for label in reversed(OURS):
            call_command("migrate", label, "zero", verbosity=0)
        assert {table for table, _ in _columns() if table.startswith(OURS)} == set()
        assert _functions() == set()
    finally:
        call_command("migrate", verbosity=0)
    assert _columns() == before
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def _columns() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        )
        return set(cursor.fetchall())


def _functions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname FROM pg_proc WHERE proname LIKE 'voicecraft%'")
        return {name for (name,) in cursor.fetchall()}
