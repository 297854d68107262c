"""A script from a text file, whatever program wrote it."""

import codecs

from django.utils.translation import gettext as _

from voices.exceptions import ScriptError

MAX_FILE_BYTES = 200_000  # four bytes for each of 10,000 characters, with room for marks and accents
_BY_MARK = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def read_text(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or else Windows-1252. ScriptError where it is no text."""
    if len(content) > MAX_FILE_BYTES:
        raise ScriptError(_("The file is too long for one script. Please divide it."))
    marked = next((encoding for mark, encoding in _BY_MARK.items() if content.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ScriptError(_("That is not a text file. Save it as plain text (.txt) and open it again."))
