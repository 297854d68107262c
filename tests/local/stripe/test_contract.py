"""What holds the server to the library: objects by its classes, parameters by its TypedDicts."""

import ast
from pathlib import Path

import pytest
import stripe as library

from voicecraft.local import stripe as package
from voicecraft.local.stripe import contract, routes

FOLDER = Path(package.__file__).parent


@pytest.mark.parametrize("route", routes.ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_request_has_parameters_that_the_library_knows(route):
    assert "expand" in contract.fields(route.kind()) or route.params.endswith("DeleteParams")


def test_each_name_is_the_librarys():
    assert {name: cls.OBJECT_NAME for name, cls in contract.CLASSES.items()} == {
        name: name for name in contract.CLASSES
    }


def test_fields_that_are_left_out_exist():
    for name, left_out in contract.LEFT_OUT.items():
        if name in contract.CLASSES:
            assert left_out - contract.fields(contract.CLASSES[name]).keys() == set()


def product(**values):
    made = contract.make(
        "product", {"id": "prod_1", "created": 1, "updated": 1, "name": "A", "type": "service"}
    )
    return {**made, **values}


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, []),
        ({"colour": "red"}, ["product.colour: the library does not know it"]),
        ({"created": "1"}, ["product.created: '1' is no <class 'int'>"]),
        ({"active": 1}, ["product.active: 1 is no <class 'bool'>"]),
        ({"images": [1]}, ["product.images[]: 1 is no <class 'str'>"]),
    ],
)
def test_a_difference_is_found(values, found):
    assert contract.faults(product(**values)) == found


def test_a_missing_field_and_a_closed_enumeration():
    made = product()
    del made["name"]
    assert contract.faults(made) == ["product.name: missing"]
    assert len(contract.faults(product(type="gift"))) == 1


def test_an_object_cannot_be_made_wrong():
    with pytest.raises(KeyError, match="colour"):
        contract.make("product", {"colour": "red"})
    with pytest.raises(KeyError, match="needs a value"):
        contract.make("product", {})


def test_the_version_is_the_librarys():
    assert library.api_version in {None, "2026-10-28.endive"}
    source = (Path(library.__file__).parent / "_api_version.py").read_text()
    assert "2026-10-28.endive" in source


def test_it_knows_nothing_of_the_product():
    apps = {"accounts", "billing", "voices", "projects", "django"}
    imported = {
        name.split(".")[0]
        for path in FOLDER.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in (
            [a.name for a in node.names]
            if isinstance(node, ast.Import)
            else [getattr(node, "module", None) or ""]
        )
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported & apps == set()
