"""The library: list, search, describe, download in ranges, delete and undo."""

import pytest
from django.urls import reverse

from tests.helpers.work import finished_script
from voices import library, objects
from voices.models import Audio, StorageObject

pytestmark = pytest.mark.django_db


@pytest.fixture
def audio(alice) -> Audio:
    return finished_script(alice, title="My audio").audio


@pytest.fixture
def file_url(audio) -> str:
    return reverse("voices:audio-file", args=[audio.pk])


def names(client, **query) -> list[str]:
    return [audio.filename for audio in client.get(reverse("voices:library"), query).context["audios"]]


def test_one_sees_ones_own(alice, bob, alice_client, audio):
    finished_script(bob, title="Bob's")
    assert names(alice_client) == ["My audio"]


def test_search_finds_names_tags_and_spoken_words_only_of_ones_own(alice, bob, alice_client):
    one = finished_script(alice, "A zebra crosses the road here.", title="Épisode un").audio
    library.describe(one, filename="Épisode un", description="", tags=["Podcast"])
    finished_script(bob, "Another zebra crosses the road.", title="Bob's")
    for query in ("episode", "podcast", "zebra", "epissode", "episde", "podcst"):
        assert names(alice_client, q=query) == ["Épisode un"], query
    assert names(alice_client, q="giraffe") == []
    assert names(alice_client, tag="podcast") == ["Épisode un"]
    assert names(alice_client, tag="other") == []


def test_tags_are_trimmed_lower_cased_and_single(alice_client, audio):
    url = reverse("voices:audio", args=[audio.pk])
    alice_client.post(
        url, {"filename": "New name", "tags": " Podcast, podcast ,Intro  One,,", "description": "x"}
    )
    audio.refresh_from_db()
    assert (audio.filename, audio.tags, audio.description) == ("New name", ["podcast", "intro one"], "x")


def test_a_name_is_needed_and_too_many_tags_are_refused(alice_client, audio):
    url = reverse("voices:audio", args=[audio.pk])
    page = alice_client.post(url, {"filename": "", "tags": ", ".join(map(str, range(21)))}).content.decode()
    assert "This field is required." in page
    assert "An audio can have 20 tags at the most." in page
    audio.refresh_from_db()
    assert (audio.filename, audio.tags) == ("My audio", [])


def test_deleting_can_be_undone_by_the_owner_only(alice_client, charlie_client, audio):
    response = alice_client.post(reverse("voices:delete-audio", args=[audio.pk]), follow=True)
    undo = reverse("voices:restore-audio", args=[audio.pk])
    assert undo in response.content.decode()
    assert names(alice_client) == []
    assert alice_client.get(reverse("voices:audio", args=[audio.pk])).status_code == 404
    assert charlie_client.post(undo).status_code == 404
    alice_client.post(undo)
    assert names(alice_client) == ["My audio"]


def test_what_was_thrown_away_long_ago_goes_for_good_with_its_blob(alice, audio, settings, tmp_path):
    keep = finished_script(alice, title="Kept").audio
    settings.VOICECRAFT_TRASH_DAYS = 0
    library.delete(audio)
    assert library.purge() == 1
    assert objects.purge() == 1
    assert list(Audio.all_objects.values_list("pk", flat=True)) == [keep.pk]
    assert StorageObject.all_objects.filter(pk=audio.object_id).count() == 0
    blobs = {
        str(path.relative_to(tmp_path / "media"))
        for path in (tmp_path / "media").rglob("*")
        if path.is_file()
    }
    assert blobs == set(StorageObject.all_objects.values_list("pathname", flat=True))


def test_fresh_trash_is_kept(audio):
    library.delete(audio)
    assert (library.purge(), objects.purge()) == (0, 0)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_however_many(alice, alice_client, number, django_assert_num_queries):
    for _ in range(number):
        finished_script(alice)
    alice_client.get(reverse("voices:library"))  # what is asked once a minute only is behind us
    with django_assert_num_queries(6):  # two of them for the header: what is left
        alice_client.get(reverse("voices:library"))


def test_pages_go_by_the_last_id(alice, alice_client):
    from tests.helpers.work import tone_template
    from voices.collection import adopt

    voice = adopt(alice, tone_template())
    for number in range(45):
        Audio.objects.create(user=alice, filename=f"{number:02}", voice=voice, duration=1, file_size=1)
    first = alice_client.get(reverse("voices:library")).context["page"]
    assert [a.filename for a in first.items] == [f"{n:02}" for n in range(44, 24, -1)]
    assert first.newer is None
    second = alice_client.get(reverse("voices:library"), {"before": str(first.older)}).context["page"]
    assert [a.filename for a in second.items] == [f"{n:02}" for n in range(24, 4, -1)]
    back = alice_client.get(reverse("voices:library"), {"after": str(second.newer)}).context["page"]
    assert [a.filename for a in back.items] == [a.filename for a in first.items]
    last = alice_client.get(reverse("voices:library"), {"before": str(second.older)}).context["page"]
    assert [a.filename for a in last.items] == ["04", "03", "02", "01", "00"]
    assert last.older is None


class TestTheFile:
    """RFC 9110, sections 13 and 14."""

    def content(self, response) -> bytes:
        return b"".join(response.streaming_content) if response.streaming else response.content

    def test_the_whole(self, alice_client, audio, file_url):
        response = alice_client.get(file_url)
        content = self.content(response)
        assert response.status_code == 200
        assert len(content) == audio.file_size == int(response.headers["Content-Length"])
        assert response.headers["Accept-Ranges"] == "bytes"
        assert response.headers["Content-Type"] == "audio/mpeg"

    @pytest.mark.parametrize(
        ("asked", "first", "last"),
        [
            ("bytes=0-99", 0, 99),
            ("bytes=100-", 100, None),
            ("bytes=-50", -50, None),
            ("bytes=10-99999999", 10, None),
        ],
    )
    def test_a_part(self, alice_client, audio, file_url, asked, first, last):
        whole = self.content(alice_client.get(file_url))
        response = alice_client.get(file_url, headers={"Range": asked})
        start = first if first >= 0 else len(whole) + first
        end = last if last is not None else len(whole) - 1
        assert response.status_code == 206
        assert response.headers["Content-Range"] == f"bytes {start}-{end}/{len(whole)}"
        assert self.content(response) == whole[start : end + 1]

    def test_a_part_beyond_the_end(self, alice_client, audio, file_url):
        response = alice_client.get(file_url, headers={"Range": f"bytes={audio.file_size}-"})
        assert (response.status_code, response.headers["Content-Range"]) == (
            416,
            f"bytes */{audio.file_size}",
        )

    @pytest.mark.parametrize("asked", ["bytes=0-1,5-9", "lines=1-2", "bytes=9-1", "bytes=x-", "bytes=-"])
    def test_what_is_not_understood_gives_the_whole(self, alice_client, audio, file_url, asked):
        response = alice_client.get(file_url, headers={"Range": asked})
        assert (response.status_code, len(self.content(response))) == (200, audio.file_size)

    def test_if_range(self, alice_client, file_url):
        etag = alice_client.get(file_url).headers["ETag"]
        fits = alice_client.get(file_url, headers={"Range": "bytes=0-1", "If-Range": etag})
        other = alice_client.get(file_url, headers={"Range": "bytes=0-1", "If-Range": '"other"'})
        assert (fits.status_code, other.status_code) == (206, 200)

    def test_not_modified(self, alice_client, file_url):
        etag = alice_client.get(file_url).headers["ETag"]
        assert alice_client.get(file_url, headers={"If-None-Match": etag}).status_code == 304

    def test_download_has_the_audios_name(self, alice_client, audio, file_url):
        library.describe(audio, filename='Über "alles"/..', description="", tags=[])
        disposition = alice_client.get(f"{file_url}?download").headers["Content-Disposition"]
        assert disposition.startswith("attachment; filename*=utf-8''%C3%9Cber")
