"""Imports run one way, and each outside service is reached through one module."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APPS = ["accounts", "billing", "voices", "projects", "voicecraft"]  # the left never imports the right
LAYERS = ["enums", "exceptions", "querysets", "models"]  # in an app, likewise; all else stands above
ONLY_HERE = {
    "stripe": {
        "billing/stripe_api.py",
        "voicecraft/local/stripe/contract.py",
    },  # the second stands in for Stripe
    "replicate": {"voices/engines/replicate.py"},
}


def sources() -> list[Path]:
    return [
        path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts
    ]


def imported(path: Path) -> set[str]:
    """The full names of the modules that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = list(path.relative_to(ROOT).with_suffix("").parts[: -node.level]) if node.level else []
            base = ".".join([*package, node.module] if node.module else package)
            names |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    return names


def test_there_are_sources_to_look_at():
    assert len(sources()) > 40


@pytest.mark.parametrize("app", APPS)
def test_no_app_imports_one_to_its_right(app):
    forbidden = APPS[APPS.index(app) + 1 :]
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources()
        if path.relative_to(ROOT).parts[0] == app
        for name in imported(path)
        if name.split(".")[0] in forbidden
    }
    assert found == set()


@pytest.mark.parametrize("layer", LAYERS)
def test_lower_layers_do_not_import_upper_ones(layer):
    upper = ["services", "tasks", "forms", "views", "admin", *LAYERS[LAYERS.index(layer) + 1 :]]
    found = set()
    for path in sources():
        parts = path.relative_to(ROOT).with_suffix("").parts
        if len(parts) > 1 and parts[1] == layer:
            found |= {
                f"{path.name}: {n}" for n in imported(path) for u in upper if n.startswith(f"{parts[0]}.{u}")
            }
    assert found == set()


@pytest.mark.parametrize("library", ONLY_HERE)
def test_an_outside_service_has_one_door(library):
    users = {
        str(path.relative_to(ROOT))
        for path in sources()
        if library in {n.split(".")[0] for n in imported(path)}
    }
    assert users - ONLY_HERE[library] == set()


def test_engines_know_nothing_of_django_models_or_requests():
    found = {
        f"{path.name}: {name}"
        for path in (ROOT / "voices/engines").glob("*.py")
        for name in imported(path)
        if name.startswith(("voices.models", "django.db", "django.http"))
        or (name.startswith("django.conf") and path.name != "registry.py")
    }
    assert found == set()


def test_there_are_no_signal_receivers():
    found = {
        str(path.relative_to(ROOT))
        for path in sources()
        for name in imported(path)
        if name.startswith(("django.db.models.signals", "django.dispatch"))
    }
    assert found == set()
