"""The pages that exist only while developing: mail and components."""

import os

import pytest
from django.core.mail import EmailMessage, get_connection

from voicecraft.dev import mail as mailbox

URLS = "tests.helpers.development_urls"


@pytest.fixture
def folder(tmp_path, settings):
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return settings.EMAIL_FILE_PATH


@pytest.fixture
def development(settings):
    settings.DEBUG = True
    settings.ROOT_URLCONF = URLS


def send(folder, subject: str, body: str = "Hello", to: str = "ada@example.com") -> None:
    backend = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(folder))
    backend.send_messages([EmailMessage(subject, body, "studio@localhost", [to])])


def send_later(folder, subject: str, seconds: int) -> None:
    """As `send`, from a process that began later: each has a file of its own."""
    before = set(folder.glob("*")) if folder.exists() else set()
    send(folder, subject)
    (new,) = set(folder.glob("*")) - before
    os.utime(new, (seconds, seconds))


def test_no_folder_is_no_mail(folder):
    assert mailbox.newest(folder) == []


def test_mail_is_listed_newest_first(folder):
    for seconds, subject in enumerate(("first", "second", "third")):
        send_later(folder, subject, seconds)
    assert [mail.subject for mail in mailbox.newest(folder)] == ["third", "second", "first"]
    assert [mail.subject for mail in mailbox.newest(folder, limit=2)] == ["third", "second"]


def test_several_messages_of_one_file_are_told_apart(folder):
    backend = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(folder))
    backend.send_messages(
        [EmailMessage(subject, subject * 2, "a@example.com", ["b@example.com"]) for subject in ("one", "two")]
    )
    mails = mailbox.newest(folder)
    assert [mail.subject for mail in mails] == ["two", "one"]
    assert [mailbox.find(folder, mail.name).text.strip() for mail in mails] == ["twotwo", "oneone"]


def test_a_message_is_read_whole(folder):
    send(folder, "Grüße an dich", "Zwölf Boxkämpfer: http://testserver/accounts/confirm/?a=1&b=2")
    (mail,) = mailbox.newest(folder)
    assert mail.subject == "Grüße an dich"
    assert mail.sender == "studio@localhost"
    assert mail.recipients == "ada@example.com"
    assert mail.sent_at.tzinfo is not None
    assert mail.text.strip() == "Zwölf Boxkämpfer: http://testserver/accounts/confirm/?a=1&b=2"


@pytest.mark.parametrize(
    "name", ["../secret.log~0", "..~0", "secret.log~0", "", "~0", "a.log", "../../etc/passwd"]
)
def test_names_that_are_no_mail_of_the_folder_find_nothing(folder, name):
    send(folder, "kept")
    (folder.parent / "secret.log").write_text("Subject: secret\n\nsecret\n")
    assert mailbox.find(folder, name) is None


def test_the_list_leads_to_the_message_and_its_links(folder, development, client):
    send(folder, "Confirm", 'Open http://testserver/accounts/x/?a=1&b=2 or <script>alert("no")</script>')
    (mail,) = mailbox.newest(folder)
    listed = client.get("/dev/mail/").content.decode()
    assert f'href="/dev/mail/{mail.name}/"' in listed
    shown = client.get(f"/dev/mail/{mail.name}/").content.decode()
    assert '<a href="http://testserver/accounts/x/?a=1&amp;b=2" rel="nofollow">' in shown
    assert "&lt;script&gt;alert(" in shown
    assert "<script>alert(" not in shown


def test_an_empty_mailbox_says_what_to_do(folder, development, client):
    assert "Sign up, or ask for a new password" in client.get("/dev/mail/").content.decode()


def test_unknown_mail_is_404(folder, development, client):
    assert client.get("/dev/mail/none.log~0/").status_code == 404


def test_every_component_is_shown(development, client):
    page = client.get("/dev/components/").content.decode()
    for name in (
        "button primary",
        "choice-card",
        "sentence done speaking",
        "toast success",
        "voice-card",
        "empty",
    ):
        assert f'class="{name}' in page


def test_no_component_has_an_inline_style_or_script(development, client):
    page = client.get("/dev/components/").content.decode()
    assert " style=" not in page
    assert "<style" not in page
    assert page.count("<script") == page.count("<script src=") + page.count('<script type="module" src=')


@pytest.mark.parametrize("path", ["/dev/components/", "/dev/mail/", "/dev/mail/a.log~0/"])
def test_they_are_404_without_debug(folder, settings, client, path):
    send(folder, "secret")
    assert client.get(path).status_code == 404  # not in the URLs
    settings.ROOT_URLCONF = URLS
    assert client.get(path).status_code == 404  # and guarded, should somebody include them


def test_the_footer_links_them_only_while_developing(development, settings, client):
    assert 'href="/dev/mail/"' in client.get("/dev/components/").content.decode()
    settings.DEBUG = False
    assert "/dev/" not in client.get("/nowhere/").content.decode()
