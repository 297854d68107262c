"""Bytes to the browser: from the local folder in ranges, from a bucket by a short-lived signed address."""

import re
from collections.abc import Iterator
from typing import IO

from django.core.files.storage import default_storage
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.utils.http import content_disposition_header

from voices.enums import StorageProvider
from voices.models import StorageObject

CHUNK_BYTES = 64 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


def serve(request: HttpRequest, stored: StorageObject, *, download_as: str = "") -> HttpResponseBase:
    """The object's content, or the part that the Range header asks for (RFC 9110: 206, 304, 416, If-Range).

    The caller has made sure that the user may have it. `download_as` makes it a download of that name.
    """
    disposition = content_disposition_header(bool(download_as), download_as or stored.name) or ""
    if stored.provider == StorageProvider.S3:
        parameters = {"ResponseContentDisposition": disposition, "ResponseContentType": stored.content_type}
        return HttpResponseRedirect(default_storage.url(stored.pathname, parameters=parameters))  # type: ignore[call-arg]
    etag = f'"{stored.etag}"'
    if request.headers.get("If-None-Match") in (etag, "*"):
        response: HttpResponseBase = HttpResponse(status=304)
    else:
        response = _content(request, stored, etag)
        response["Content-Disposition"] = disposition
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["Accept-Ranges"] = "bytes"
    return response


def _content(request: HttpRequest, stored: StorageObject, etag: str) -> HttpResponseBase:
    wanted = _wanted_range(request, stored.size, etag)
    if wanted is None:
        return FileResponse(default_storage.open(stored.pathname), content_type=stored.content_type)
    first, last = wanted
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{stored.size}"})
    file = default_storage.open(stored.pathname)
    file.seek(first)
    response = StreamingHttpResponse(
        _Part(file, last - first + 1), status=206, content_type=stored.content_type
    )
    response["Content-Range"] = f"bytes {first}-{last}/{stored.size}"
    response["Content-Length"] = str(last - first + 1)
    return response


def _wanted_range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """First and last byte; (1, 0) where the range lies outside; None for the whole.

    Several ranges at once, or a header that is not understood, mean the whole, as RFC 9110 allows.
    """
    match = _RANGE.match(request.headers.get("Range", ""))
    if not match or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = match.groups()
    if first:
        if last and int(last) < int(first):
            return None
        return (int(first), min(int(last or size - 1), size - 1)) if int(first) < size else (1, 0)
    if not last:
        return None
    return (max(size - int(last), 0), size - 1) if int(last) and size else (1, 0)


class _Part:
    """So many bytes of a file from where it stands, then the file is closed."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        self.file, self.left = file, length

    def __iter__(self) -> Iterator[bytes]:
        while self.left > 0 and (chunk := self.file.read(min(CHUNK_BYTES, self.left))):
            self.left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self.file.close()
