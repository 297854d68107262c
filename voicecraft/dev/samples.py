"""What the page of components shows in its lists."""

from django.utils.functional import Promise

from voices.enums import GenerationStatus, SegmentStatus

STATES: dict[str, list[tuple[str, str | Promise]]] = {
    "generation": [(status.value, status.label) for status in GenerationStatus],
    "segment": [(status.value, status.label) for status in SegmentStatus],
}
