"""A browser without JavaScript, one page at a time: nothing is followed."""

import urllib.error
import urllib.parse
import urllib.request


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def browse(url, **form):
    """Get a page, or send its form. Returns the status, the body and where it leads."""
    data = urllib.parse.urlencode(form).encode() if form else None
    try:
        answer = urllib.request.build_opener(NoRedirect).open(urllib.request.Request(url, data))
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.read().decode(), answer.headers["Location"]
