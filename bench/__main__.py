"""Measure VoiceCraft: python -m bench NAME [options]. Without a name: what there is.

Run on a machine that does nothing else; what the figures are held to stands in each module.
"""

import ast
import runpy
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
NAMES = ("credits", "engines", "pipeline", "voice_samples")


def main(arguments: list[str]) -> int:
    """Run the benchmark of that name with the rest of the arguments, or list them all."""
    if arguments and arguments[0] in NAMES:
        sys.argv = [f"python -m bench {arguments[0]}", *arguments[1:]]
        runpy.run_module(f"bench.{arguments[0]}", run_name="__main__", alter_sys=False)
        return 0
    for name in NAMES:
        print(f"{name:15} {_summary(name)}")
    return 2 if arguments else 0


def _summary(name: str) -> str:
    """The first line of the module's docstring, without importing what it needs."""
    docstring = ast.get_docstring(ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
