"""The four measurements of the pipeline, each beside the bare engine in the same minutes. Needs Django set up."""

import os
import random
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench import prose
from bench.bare import BareEngine
from bench.jobs import Jobs, requests_of
from bench.stage import Stage
from voices.enums import SegmentStatus
from voices.models import Take

LONG = 10_000  # characters
KILLS = 10
WORKERS = ("interactive", "bulk", "default")


@dataclass(frozen=True)
class Plan:
    """What is to be measured: `characters` of the whole jobs, `rounds` of each short measurement."""

    engine: str
    characters: int
    rounds: int
    job_rounds: int
    kill_characters: int


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    what: str
    bare: str
    ours: str
    ratio: str
    aim: str


def first_audio(stage: Stage, jobs: Jobs, plan: Plan) -> list[Row]:
    """a: the first take of a long script, against the bare engine speaking its text."""
    pairs = []
    with BareEngine(plan.engine, _cores()) as bare:
        for number in range(plan.rounds):
            seconds, generation = jobs.seconds_to_first_take(
                jobs.author, prose.prose(LONG, seed=100 + number)
            )
            first = requests_of(generation)[:1]
            jobs.clear()
            pairs.append((bare.speak(first).seconds, seconds))
            _note("a", f"bare {pairs[-1][0]:.3f} s, first audio {seconds:.3f} s")
    return [_row(f"First audio of a {LONG:,}-character script, against the bare engine", pairs, "≤ 1.3")]


def whole_job(stage: Stage, jobs: Jobs, plan: Plan) -> list[Row]:
    """b: from the submission to the audio in the library, against one bare process on one thread."""
    rows = []
    for slots, start, aim in (
        ("one worker slot", stage.start_one_slot, "≤ 1.10"),
        (f"all {_cores()} cores", stage.start_workers, "≤ 0.6" if _cores() == 2 else ""),
    ):
        stage.kill()
        start()
        jobs.warm_up(prose.prose(1_000, seed=1))
        pairs, cpu_pairs = [], []
        with BareEngine(plan.engine, 1) as bare:
            for number in range(plan.job_rounds):
                cpu_before = stage.cpu_seconds()
                seconds, generation = jobs.seconds_to_audio(
                    jobs.author, prose.prose(plan.characters, seed=200 + number)
                )
                cpu_seconds = stage.cpu_seconds() - cpu_before
                spent = bare.speak(requests_of(generation))
                pairs.append((spent.seconds, seconds))
                cpu_pairs.append((spent.cpu_seconds, cpu_seconds))
                _note("b", f"{slots}: bare {spent}, job {seconds:.2f} s, CPU {cpu_seconds:.2f} s")
        rows.append(
            _row(f"Whole job, {plan.characters:,} characters, {slots}, against one bare process", pairs, aim)
        )
        rows.append(_row("— in processor time, servers included", cpu_pairs, ""))
    return rows


def beside_a_book(stage: Stage, jobs: Jobs, plan: Plan) -> list[Row]:
    """c: a sentence while a long script of somebody else is being spoken, against the same sentence alone."""
    heard, kept = [], []
    for number in range(plan.rounds):
        text = prose.sentence(seed=300 + number)
        alone = _sentence(jobs, text)
        with jobs.book(prose.prose(LONG, seed=400 + number)):
            time.sleep(0.5)
            beside = _sentence(jobs, text)
        heard.append((alone[0], beside[0]))
        kept.append((alone[1], beside[1]))
        _note("c", f"heard after {alone[0]:.3f} s alone, {beside[0]:.3f} s beside a long script")
    what = f"One sentence while another user's {LONG:,} characters are spoken"
    return [
        _row(f"{what} (against alone), until it is heard", heard, "≤ 1.5"),
        _row("— until it is in the library", kept, ""),
    ]


def kill_nine(stage: Stage, jobs: Jobs, plan: Plan) -> list[Row]:
    """d: kill -9 of every worker at a random moment of each of ten scripts; the sweep finds what is left."""
    choose = random.Random(9)
    usual, _ = jobs.seconds_to_audio(jobs.author, prose.prose(plan.kill_characters, seed=500))
    outcomes = [_killed(stage, jobs, plan, choose.uniform(0, usual), seed=501 + n) for n in range(KILLS)]
    finished = sum(outcome.finished for outcome in outcomes)
    stored, lost, again = (
        sum(getattr(outcome, name) for outcome in outcomes) for name in ("stored", "lost", "again")
    )
    kills = f"kill -9 of all workers at {KILLS} random moments of {KILLS} scripts"
    return [
        Row(kills, "", f"{finished} of {KILLS} finished", "", f"{KILLS}"),
        Row(f"— of {stored} sentences stored before, made a second time", "", str(again), "", "0"),
        Row("— of the same, lost", "", str(lost), "", "0"),
    ]


@dataclass(frozen=True)
class _Outcome:
    """What became of a script whose workers were killed: the sentences stored before, and what of these."""

    finished: bool
    stored: int
    lost: int
    again: int


def _killed(stage: Stage, jobs: Jobs, plan: Plan, after_seconds: float, seed: int) -> _Outcome:
    started = time.perf_counter()
    generation = jobs.submit(jobs.author, prose.prose(plan.kill_characters, seed=seed))
    time.sleep(max(after_seconds - (time.perf_counter() - started), 0))
    stage.kill(*WORKERS)
    stored = dict(Take.objects.filter(segment__generation=generation).values_list("pk", "segment"))
    in_work = generation.segments.filter(status=SegmentStatus.RUNNING).count()
    killed = time.perf_counter()
    stage.restart()
    jobs.finish(generation)
    takes = list(Take.objects.filter(segment__generation=generation).values_list("pk", "segment"))
    segments = generation.segments.count()
    _note(
        "d",
        f"killed after {after_seconds:.1f} s with {len(stored)} of {segments} sentences stored and {in_work} in "
        f"work; finished {time.perf_counter() - killed:.1f} s later; {len(takes)} takes",
    )
    return _Outcome(
        finished=generation.audio is not None and len({segment for _, segment in takes}) == segments,
        stored=len(stored),
        lost=len(stored.keys() - set(generation.segments.values_list("take_id", flat=True))),
        again=sum(segment in stored.values() for take, segment in takes if take not in stored),
    )


def _sentence(jobs: Jobs, text: str) -> tuple[float, float]:
    """Seconds until the sentence is heard, and until it is in the library."""
    started = time.perf_counter()
    heard, generation = jobs.seconds_to_first_take(jobs.author, text)
    jobs.finish(generation)
    return heard, time.perf_counter() - started


def _row(what: str, pairs: Sequence[tuple[float, float]], aim: str) -> Row:
    """The median of each side, and the median of the ratios of what was measured side by side."""
    bare, ours = (f"{statistics.median(side):.2f} s" for side in zip(*pairs, strict=True))
    ratio = statistics.median(ours / bare for bare, ours in pairs)
    return Row(what, bare, ours, f"{ratio:.2f}", aim)


def _cores() -> int:
    return os.cpu_count() or 1


def _note(measurement: str, text: str) -> None:
    print(f"{measurement}: {text}", file=sys.stderr, flush=True)


MEASUREMENTS = {"a": first_audio, "b": whole_job, "c": beside_a_book, "d": kill_nine}
