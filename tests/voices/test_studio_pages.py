"""The studio's pages as a browser without JavaScript sees them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.helpers.work import finished_script, new_script, work_off
from voices.models import Pronunciation, Take, VoiceGeneration, VoiceTemplate
from voices.seeding import seed_templates

pytestmark = pytest.mark.django_db

TWO = "This is the first sentence of all. Here comes the second sentence now."


def post_script(client, template, **changes):
    data = {"text": TWO, "voice": str(template.pk), "speed": "1", "pitch": "1", "format": "mp3", **changes}
    return client.post(reverse("voices:studio"), data)


def test_speaking_a_script_leads_to_its_page(alice, alice_client, tone):
    response = post_script(alice_client, tone, title="My script", emotion="happy")
    generation = VoiceGeneration.objects.get()
    assert response.status_code == 302
    assert response.url == reverse("voices:generation", args=[generation.pk])
    assert (generation.user, generation.title, generation.text) == (alice, "My script", TWO)


def test_with_htmx_the_page_is_swapped_in_so_that_sound_may_start(alice_client, tone):
    data = {"text": TWO, "voice": str(tone.pk), "speed": "1", "pitch": "1", "format": "mp3"}
    response = alice_client.post(reverse("voices:studio"), data, headers={"HX-Request": "true"})
    generation = VoiceGeneration.objects.get()
    assert response.status_code == 200
    assert reverse("voices:generation", args=[generation.pk]) in response.headers["HX-Location"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"text": ""}, "Write something to speak first."),
        ({"text": "x" * 10_001}, "The script has 10,001 characters; 10,000 is the most at once."),
        ({"voice": ""}, "Choose a voice first."),
        ({"voice": "0192f0c1-0000-7000-8000-000000000000"}, "That voice is not there any more."),
        ({"speed": "3"}, "Ensure this value is less than or equal to 2.0."),
        ({"pitch": "0.1"}, "Ensure this value is greater than or equal to 0.5."),
        ({"text": "Hello [pause banana] there."}, "pause"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(alice_client, tone, changes, message):
    response = post_script(alice_client, tone, title="Kept title", **changes)
    page = response.content.decode()
    assert response.status_code == 200
    assert message in page
    assert "Kept title" in page
    assert VoiceGeneration.objects.count() == 0


@pytest.mark.parametrize(
    "content",
    [TWO.encode(), b"\xef\xbb\xbf" + TWO.encode(), TWO.encode("utf-16")],
    ids=["utf-8", "marked", "utf-16"],
)
def test_a_script_can_be_a_file(alice_client, tone, content):
    post_script(alice_client, tone, text="", file=SimpleUploadedFile("script.txt", content))
    assert VoiceGeneration.objects.get().text == TWO


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04\x00\x00", "That is not a text file."),
        (b"x" * 200_001, "The file is too long for one script."),
        (b" ", "Write something to speak first."),
    ],
)
def test_a_file_that_is_no_script_is_refused(alice_client, tone, content, message):
    response = post_script(alice_client, tone, text="", file=SimpleUploadedFile("script.txt", content))
    assert message in response.content.decode()
    assert VoiceGeneration.objects.count() == 0


def test_another_users_clone_is_no_choice(alice_client, bob, tone):
    from voices.models import Voice

    clone = Voice.objects.create(user=bob, name="Bob's own", model="tone", voice_id="bobs", is_cloned=True)
    assert "Bob&#x27;s own" not in alice_client.get(reverse("voices:studio")).content.decode()
    post_script(alice_client, tone, voice=str(clone.pk))
    assert VoiceGeneration.objects.count() == 0


def test_the_instant_voice_is_offered_first(alice_client):
    seed_templates()
    names = [choice.voice.name for choice in alice_client.get(reverse("voices:studio")).context["choices"]]
    assert names[:3] == ["Heart", "Energetic Youth", "News Anchor"]
    assert len(names) == len(set(names)) == VoiceTemplate.objects.count()


def test_a_script_can_be_used_again(alice, alice_client, charlie_client, tone):
    generation = finished_script(alice, TWO, title="Again")
    url = f"{reverse('voices:studio')}?from={generation.pk}"
    assert TWO in alice_client.get(url).content.decode()
    assert TWO not in charlie_client.get(url).content.decode()


@pytest.mark.parametrize("text", [TWO, "[pause 1s] This one fails: {tone:fail-permanent}."])
def test_the_page_of_a_script_shows_all_of_its_text(alice, alice_client, text):
    for generation in (new_script(alice, text), finished_script(alice, text)):
        page = alice_client.get(reverse("voices:generation", args=[generation.pk]))
        assert page.status_code == 200
        assert page.content.decode().count("data-sentence ") == generation.segments.count()


def test_the_state_tells_what_the_page_needs(alice, alice_client):
    generation = finished_script(alice, TWO)
    state = alice_client.get(reverse("voices:state", args=[generation.pk])).json()
    takes = [str(pk) for pk in Take.objects.order_by("segment__position").values_list("pk", flat=True)]
    assert (state["status"], state["active"], state["done"], state["total"]) == ("completed", False, 2, 2)
    assert [segment["take"] for segment in state["segments"]] == takes
    assert [len(cue) for cue in state["audio"]["cues"]] == [2, 2]
    assert alice_client.get(state["audio"]["url"]).headers["Content-Type"] == "audio/mpeg"


@pytest.mark.parametrize("number", [1, 3])
def test_the_state_costs_the_same_however_long_the_script(
    alice, alice_client, number, django_assert_num_queries
):
    generation = new_script(alice, "This is a sentence of some length for a test. " * number * 4)
    url = reverse("voices:state", args=[generation.pk])
    alice_client.get(url)
    with django_assert_num_queries(9):
        alice_client.get(url)


def test_cancel_retry_rename_and_delete(alice, alice_client):
    generation = new_script(alice, TWO)
    page = reverse("voices:generation", args=[generation.pk])

    def act(name, **data):
        response = alice_client.post(reverse(f"voices:{name}", args=[generation.pk]), data)
        generation.refresh_from_db()
        return response.url

    assert (act("cancel"), generation.status) == (page, "cancelled")
    assert (act("retry"), generation.status) == (page, "processing")
    work_off()
    assert (act("rename", title="Renamed"), generation.title) == (page, "Renamed")
    assert generation.status == "completed"
    response = alice_client.post(reverse("voices:delete", args=[generation.pk]))
    assert response.url == reverse("voices:history")
    assert VoiceGeneration.objects.count() == 0


def test_a_script_in_work_is_not_deleted(alice, alice_client):
    generation = new_script(alice, TWO)
    response = alice_client.post(reverse("voices:delete", args=[generation.pk]), follow=True)
    assert "Cancel the script before you delete it." in response.content.decode()
    assert VoiceGeneration.objects.count() == 1


def test_a_sentence_is_changed_and_its_takes_are_shown(alice, alice_client):
    generation = finished_script(alice, TWO)
    segment = generation.segments.get(position=1)
    url = reverse("voices:segment", args=[segment.pk])
    response = alice_client.post(url, {"text": "Another ending of this."})
    assert response.url == f"{reverse('voices:generation', args=[generation.pk])}?sentence={segment.pk}"
    work_off()
    page = alice_client.get(response.url).content.decode()
    assert page.count('class="take') == 2
    first = segment.takes.first()
    alice_client.post(reverse("voices:choose-take", args=[first.pk]))
    segment.refresh_from_db()
    assert segment.take == first


def test_a_refused_sentence_says_why(alice, alice_client):
    segment = finished_script(alice, TWO).segments.get(position=1)
    url = reverse("voices:segment", args=[segment.pk])
    response = alice_client.post(url, {"text": "[pause banana]"}, headers={"HX-Request": "true"})
    segment.refresh_from_db()
    assert "errorlist" in response.content.decode()
    assert segment.text == "Here comes the second sentence now."


def test_history_lists_searches_and_filters_only_ones_own(alice, bob, alice_client):
    finished_script(alice, "The quick brown fox jumps here.", title="Fox")
    new_script(alice, "A lazy dog sleeps over there.", title="Café Müller")
    new_script(bob, "Bob's fox is a secret one.", title="Secret fox")
    url = reverse("voices:history")

    def titles(**query):
        return [script.title for script in alice_client.get(url, query).context["scripts"]]

    assert titles() == ["Café Müller", "Fox"]
    assert titles(q="fox") == ["Fox"]
    assert titles(q="cafe muller") == ["Café Müller"]
    assert titles(q="caffe muler") == ["Café Müller"]
    assert titles(status="completed") == ["Fox"]
    assert titles(q="secret") == []


@pytest.mark.parametrize("number", [1, 3])
def test_history_costs_the_same_however_many(alice, alice_client, number, django_assert_num_queries):
    for _ in range(number):
        new_script(alice, TWO)
    alice_client.get(reverse("voices:history"))  # what is asked once a minute only is behind us
    with django_assert_num_queries(5):  # session, person, scripts; for the header what is left: plan, period
        alice_client.get(reverse("voices:history"))


def test_the_dictionary_takes_a_word_once_whatever_its_case(alice, bob, alice_client):
    Pronunciation.objects.create(user=bob, word="secret", spoken_as="leak")
    url = reverse("voices:pronunciations")
    assert alice_client.post(url, {"word": "Nguyen", "spoken_as": "win"}).status_code == 302
    refused = alice_client.post(url, {"word": "nguyen", "spoken_as": "wen"})
    assert "That word is in your dictionary already." in refused.content.decode()
    assert [str(entry) for entry in Pronunciation.objects.for_user(alice)] == ["Nguyen → win"]
    assert "leak" not in alice_client.get(url).content.decode()
    entry = Pronunciation.objects.for_user(alice).get()
    alice_client.post(reverse("voices:delete-pronunciation", args=[entry.pk]))
    assert Pronunciation.objects.for_user(alice).count() == 0
