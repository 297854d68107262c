"""A chart of bars as numbers: where each bar of each day stands in a picture of fixed size."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billing.usage import Day

WIDTH, HEIGHT = 720, 200
LEFT, TOP, FOOT = 56, 8, 24  # room for the figures on the left and the days below
GAP = 0.25  # of a day's width


@dataclass(frozen=True)
class Bar:
    """One operation on one day; `x` and `y` are its upper left corner."""

    operation: str
    day: date
    amount: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Mark:
    """A label: a figure beside its line, or a day below its bar."""

    label: int | date
    x: float
    y: float


@dataclass(frozen=True)
class Chart:
    bars: list[Bar]
    lines: list[Mark]
    days: list[Mark]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT


def draw(days: Sequence[Day]) -> Chart:
    """The chart of `days`, bars of one day above each other."""
    top = _round_up(max((day.total for day in days), default=0))
    step = (WIDTH - LEFT) / max(len(days), 1)
    floor, scale = HEIGHT - FOOT, (HEIGHT - FOOT - TOP) / top
    bars = []
    for number, day in enumerate(days):
        y = float(floor)
        for operation, amount in day.amounts.items():
            y -= amount * scale
            x = LEFT + number * step + step * GAP / 2
            bars.append(
                Bar(operation, day.day, amount, _r(x), _r(y), _r(step * (1 - GAP)), _r(amount * scale))
            )
    every = max(len(days) // 6, 1)
    return Chart(
        bars,
        [Mark(amount, LEFT - 8, _r(floor - amount * scale)) for amount in sorted({0, top // 2, top})],
        [
            Mark(day.day, _r(LEFT + (n + 0.5) * step), HEIGHT - 6)
            for n, day in enumerate(days)
            if n % every == 0
        ],
    )


def _round_up(number: int) -> int:
    """The next number that reads well at the top of a scale: 2, 4, 10, 20, 40, 100 ..."""
    power = 1
    while True:
        for digit in (2, 4, 10):
            if number <= digit * power:
                return digit * power
        power *= 10


def _r(number: float) -> float:
    return round(number, 2)
