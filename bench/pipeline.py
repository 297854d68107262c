"""What the pipeline adds to the bare engine, as a table for the README.

    python -m bench pipeline [--engine hibari|kokoro-82m] [--characters N] [--only a,b,c,d]

First audio, whole job, fairness, kill -9:

a  the first audio of a 10,000-character script, against the bare engine speaking the same text
b  a whole job, against the bare engine speaking the same sentences in one process
c  a sentence while a 10,000-character script of another user runs, against the same alone
d  kill -9 of all workers at ten random moments

It runs servers and workers of its own and removes them. Both sides of a ratio are measured in turn, minutes apart at
the most, on the same text and the same number of threads; the median of the ratios counts.
"""

import argparse
import logging
import os
import signal
import sys
import time
from typing import TYPE_CHECKING

from bench.stage import Stage

if TYPE_CHECKING:
    from bench.measures import Row

CHARACTERS = {"hibari": 10_000, "kokoro-82m": 3_000}  # of a whole job: about a minute of work
JOB_ROUNDS = {"hibari": 3, "kokoro-82m": 2}
KILL_CHARACTERS = {"hibari": 6_000, "kokoro-82m": 1_500}


def main() -> None:
    """Measure what was asked for and print the table."""
    options = _options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "voicecraft.settings")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # through the stage's exit, as at Ctrl-C
    started = time.monotonic()
    with Stage() as stage:
        rows = _measure(stage, options)
    print(f"\n| {options.engine} | against | VoiceCraft | ratio | aim |\n| --- | --- | --- | --- | --- |")
    for row in rows:
        print(f"| {row.what} | {row.bare} | {row.ours} | {row.ratio} | {row.aim} |")
    print(f"\n{os.cpu_count()} cores; measured in {(time.monotonic() - started) / 60:.0f} minutes.")


def _measure(stage: Stage, options: argparse.Namespace) -> list["Row"]:
    import django

    django.setup()  # only now: the settings are read from what the stage put into the environment
    from django.core.management import call_command

    from bench import prose
    from bench.jobs import Jobs
    from bench.measures import MEASUREMENTS, Plan
    from voices.seeding import seed_templates

    logging.getLogger("voicecraft.slow_queries").setLevel(logging.ERROR)
    call_command("migrate", interactive=False, verbosity=0)
    seed_templates()
    plan = Plan(
        engine=options.engine,
        characters=options.characters or CHARACTERS[options.engine],
        rounds=options.rounds,
        job_rounds=options.job_rounds or JOB_ROUNDS[options.engine],
        kill_characters=KILL_CHARACTERS[options.engine],
    )
    jobs = Jobs(stage, options.engine)
    stage.start_workers()
    jobs.warm_up(prose.prose(1_000, seed=1))
    return [row for name in sorted(options.only) for row in MEASUREMENTS[name](stage, jobs, plan)]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench pipeline",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--engine", choices=CHARACTERS, default="hibari")
    parser.add_argument("--characters", type=int, help="of a whole job (hibari: 10,000; kokoro-82m: 3,000)")
    parser.add_argument("--only", type=_letters, default="abcd", help="a, b, c, d, with commas between")
    parser.add_argument("--rounds", type=int, default=5, help="of a and c (%(default)s)")
    parser.add_argument("--job-rounds", type=int, help="of b (hibari: 3; kokoro-82m: 2)")
    return parser.parse_args()


def _letters(text: str) -> str:
    letters = text.replace(",", "")
    if not letters or set(letters) - set("abcd"):
        raise argparse.ArgumentTypeError("letters of a, b, c, d are wanted")
    return letters


if __name__ == "__main__":
    main()
