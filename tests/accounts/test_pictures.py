import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts import pictures
from accounts.models import User

PROFILE = reverse("accounts:profile")
UNREADABLE = ["We cannot read that picture. Choose a JPEG, PNG or WebP file."]


@pytest.fixture
def media(tmp_path: Path) -> Path:
    """Where files are kept during a test."""
    return tmp_path / "media"


def test_a_photo_becomes_a_small_square_without_its_metadata(person: User, sign_in) -> None:
    client = sign_in(person)
    assert _upload(client, _photo((1600, 900))).url == PROFILE
    person.refresh_from_db()
    image = Image.open(person.image.open())
    assert (image.format, image.size, image.mode) == ("WEBP", (256, 256), "RGB")
    assert image.info.keys() & {"exif", "icc_profile", "xmp"} == set()
    assert b"secret place" not in person.image.open().read()


def test_a_photo_that_lies_on_its_side_is_turned(person: User, sign_in) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter: the left of the file is the top of the photo
    sideways = Image.new("RGB", (800, 800), "white")
    sideways.paste("black", (0, 0, 400, 800))
    _upload(sign_in(person), _encode(sideways, "JPEG", exif=exif))
    person.refresh_from_db()
    image = Image.open(person.image.open())
    assert [max(image.getpixel(place)) < 50 for place in ((128, 20), (128, 236))] == [True, False]


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK", "1", "I;16"])
def test_every_kind_of_picture_is_read(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    content = _encode(Image.new(mode, (40, 30)), kind)
    assert Image.open(pictures.square(BytesIO(content), len(content))).size == (256, 256)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "me.svg"),
        (b"<!doctype html><script>alert(1)</script>", "me.png"),
        (b"", "me.png"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "me.png"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "me.eps"),
        (b"GIF89a" + b"\x01\0\x01\0\0\0\0;", "me.gif"),
    ],
)
def test_what_is_no_picture_is_refused(person: User, sign_in, content: bytes, name: str, media: Path) -> None:
    page = _upload(sign_in(person), content, name)
    assert page.status_code == 422
    errors = page.context["form"].errors["picture"]
    assert errors == (UNREADABLE if content else ["The submitted file is empty."])
    _nothing_was_kept(person, media)


def test_half_a_picture_is_refused(person: User, sign_in, media: Path) -> None:
    whole = _photo((1600, 900))
    page = _upload(sign_in(person), whole[: len(whole) // 2])
    assert page.context["form"].errors["picture"] == UNREADABLE
    _nothing_was_kept(person, media)


def test_a_bomb_is_refused_before_it_is_unpacked(person: User, sign_in, media: Path) -> None:
    """A few kilobytes that would be 30,000 x 30,000 pixels, and one just above our own limit."""
    client = sign_in(person)
    huge, large = _bomb(30_000, 30_000), _bomb(8_000, 5_001)
    assert max(len(huge), len(large)) < 100_000
    assert _upload(client, huge).context["form"].errors["picture"] == UNREADABLE
    assert _upload(client, large).context["form"].errors["picture"] == [
        "The picture has more than 40 megapixels. Choose a smaller one."
    ]
    _nothing_was_kept(person, media)


def test_a_file_of_six_megabytes_is_refused(person: User, sign_in, media: Path) -> None:
    page = _upload(sign_in(person), _photo((64, 64)) + b"\0" * 6_000_000)
    assert page.context["form"].errors["picture"] == [
        "The picture is larger than 5 MB. Choose a smaller one."
    ]
    _nothing_was_kept(person, media)


def test_whoever_is_signed_in_sees_it_and_nobody_else(person: User, outsider: User, sign_in) -> None:
    client = sign_in(person)
    _upload(client, _photo((300, 300)))
    person.refresh_from_db()
    for viewer in (client, sign_in(outsider)):
        response = viewer.get(person.avatar_url)
        assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
        assert response["Cache-Control"] == "private, max-age=31536000, immutable"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert b"".join(response) == person.image.open().read()
    response = Client().get(person.avatar_url)
    assert response.url == f"{reverse('account_login')}?next={person.avatar_url}"


def test_an_id_alone_does_not_show_a_picture(person: User, outsider: User, sign_in) -> None:
    _upload(sign_in(person), _photo((300, 300)))
    client = sign_in(outsider)
    for pk, version in ((person.pk, "guess"), (outsider.pk, "guess"), (outsider.pk, "")):
        url = f"/accounts/pictures/{pk}/{version}/"
        assert client.get(url).status_code == 404


def test_a_new_picture_replaces_the_old_and_its_file(
    person: User, sign_in, media: Path, django_capture_on_commit_callbacks
) -> None:
    client = sign_in(person)
    _upload(client, _photo((300, 300)))
    person.refresh_from_db()
    before = person.avatar_url
    with django_capture_on_commit_callbacks(execute=True):
        _upload(client, _photo((400, 400)))
    person.refresh_from_db()
    assert person.avatar_url != before
    assert client.get(before).status_code == 404
    assert [path.name for path in (media / "avatars").iterdir()] == [Path(person.image.name).name]


def test_removing_it_leaves_the_initial(
    person: User, sign_in, media: Path, django_capture_on_commit_callbacks
) -> None:
    client = sign_in(person)
    _upload(client, _photo((300, 300)))
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("accounts:remove_picture")).url == PROFILE
    person.refresh_from_db()
    assert (person.avatar_url, person.initial) == ("", "A")
    assert list((media / "avatars").iterdir()) == []


def test_a_name_is_saved_without_touching_the_picture(person: User, outsider: User, sign_in) -> None:
    client = sign_in(person)
    _upload(client, _photo((300, 300)))
    person.refresh_from_db()
    assert client.post(PROFILE, {"name": "  Countess of Lovelace "}).url == PROFILE
    before = person.image.name
    person.refresh_from_db()
    outsider.refresh_from_db()
    assert (person.name, person.image.name, outsider.name) == ("Countess of Lovelace", before, "Charlie")


def test_a_name_that_is_refused_is_not_shown_as_saved(person: User, sign_in) -> None:
    page = sign_in(person).post(PROFILE, {"name": "x" * 101})
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"name"}
    assert page.context["user"].name == "Ada Lovelace"


def _upload(client: Client, content: bytes, name: str = "me.jpg"):
    file = SimpleUploadedFile(name, content, content_type="image/png")
    return client.post(PROFILE, {"name": "Ada Lovelace", "picture": file})


def _photo(size: tuple[int, int]) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    return _encode(Image.effect_noise(size, 60).convert("RGB"), "JPEG", exif=exif)


def _encode(image: Image.Image, kind: str, **options) -> bytes:
    content = BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def _bomb(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and whose pixels are one long run of zeros cut short."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 10_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _nothing_was_kept(person: User, media: Path) -> None:
    person.refresh_from_db()
    assert person.image.name == ""
    assert not default_storage.exists("avatars") or list((media / "avatars").iterdir()) == []
