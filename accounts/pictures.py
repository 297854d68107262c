"""The picture of a person: any photo becomes a small square, and nothing of the original file is kept.

Decoding and encoding anew is what makes an upload safe to serve: scripts, metadata such as the place where a
photo was taken, and whatever else rode along in the file end here.
"""

import struct
from io import BytesIO
from typing import IO

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from accounts.exceptions import UnusablePicture

LARGEST_BYTES = 5 * 1024 * 1024
LARGEST_PIXELS = 40_000_000  # a 40-megapixel photo takes 160 MB while it is decoded
SIDE_PIXELS = 256
FORMATS = ("JPEG", "PNG", "WEBP")
TYPES = "image/jpeg,image/png,image/webp"

# What Pillow raises for files that are damaged or lie about themselves
_DAMAGED = (OSError, ValueError, SyntaxError, EOFError, LookupError, struct.error)
_BROKEN = (*_DAMAGED, Image.DecompressionBombError)


def square(upload: IO[bytes] | File, size_bytes: int) -> ContentFile:
    """Return the middle of the picture as a square WebP of 256 pixels. Raises UnusablePicture."""
    if size_bytes > LARGEST_BYTES:
        raise UnusablePicture(_("The picture is larger than 5 MB. Choose a smaller one."))
    try:
        # The size is in the file's first bytes: a bomb is refused before any of its pixels is decoded.
        with Image.open(upload, formats=FORMATS) as image:
            if image.width * image.height > LARGEST_PIXELS:
                raise UnusablePicture(_("The picture has more than 40 megapixels. Choose a smaller one."))
            small = _shrink(image)
    except _BROKEN as error:
        raise UnusablePicture(_("We cannot read that picture. Choose a JPEG, PNG or WebP file.")) from error
    content = BytesIO()
    small.save(content, "WEBP", quality=88, method=4)
    return ContentFile(content.getvalue())


def _shrink(image: Image.Image) -> Image.Image:
    image.draft("RGB", (2 * SIDE_PIXELS, 2 * SIDE_PIXELS))  # JPEG decodes itself at a fraction of its size
    upright = ImageOps.exif_transpose(image)
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    fitted = ImageOps.fit(upright.convert(mode), (SIDE_PIXELS, SIDE_PIXELS), Image.Resampling.LANCZOS)
    # A new image with the pixels alone: no EXIF, no colour profile, no text chunks
    clean = Image.new(mode, fitted.size)
    clean.paste(fitted)
    return clean
