"""A browser and its system in words, from the User-Agent header: enough to recognise one's own devices."""

from django.utils.translation import gettext as _

# Order matters: Edge and Opera also say Chrome, and Chrome also says Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


HANDHELD = ("iPhone", "iPad", "Android")


def is_handheld(user_agent: str) -> bool:
    return any(mark in user_agent for mark in HANDHELD)


def describe(user_agent: str) -> str:
    """Say "Firefox on Windows"; only what is recognised, "Unknown browser" if nothing is."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown browser")
