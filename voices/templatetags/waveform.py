"""How sound is drawn."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

BAR_WIDTH, BAR_GAP, HEIGHT = 2, 1, 100


@register.simple_tag
def waveform(peaks: list[int], bars: int = 120) -> SafeString:
    """An SVG of the peaks (0 to 100), as so many bars."""
    if not peaks:
        return mark_safe("")
    step = len(peaks) / min(bars, len(peaks))
    number = round(len(peaks) / step)
    heights = [max(peaks[int(n * step) : max(int((n + 1) * step), int(n * step) + 1)]) for n in range(number)]
    path = "".join(
        f"M{n * (BAR_WIDTH + BAR_GAP)} {(HEIGHT - height) / 2:g}h{BAR_WIDTH}v{height:g}h-{BAR_WIDTH}z"
        for n, height in enumerate(max(value, 4) for value in heights)
    )
    return format_html(
        '<svg class="wave" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<path d="{}"/></svg>',
        number * (BAR_WIDTH + BAR_GAP),
        HEIGHT,
        path,
    )
