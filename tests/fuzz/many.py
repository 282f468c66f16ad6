"""Damage the files of a build and of a run at random, many times, and read them.

    PYTHONPATH=src:tests/support python tests/fuzz/many.py --inputs 200000

A reader may take a damaged file or refuse it with one LabError; anything else is printed with
the file and the number of the input, which makes the same damage again.  The exit status is
1 where that happened, or where a reader took longer than 30 seconds.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from fuzzing import Fuzzed, trial


def main() -> int:
    """Run the trials; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=200_000, help="damaged files, all together")
    parser.add_argument("--only", default="", help="files whose name holds this text")
    arguments = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        fuzzed = Fuzzed(Path(folder))
        shares = {name: share for name, share in fuzzed.shares.items() if arguments.only in name}
        for name, share in shares.items():
            wanted = round(arguments.inputs * share / sum(shares.values()))
            refused = 0
            for number in range(wanted):
                outcome = trial(fuzzed, name, number)
                refused += outcome == "refused"
                if outcome not in ("refused", "taken"):
                    failed += 1
                    print(f"{name}, input {number}: {outcome}", flush=True)
            print(f"{name}: {wanted} inputs, {refused} refused", flush=True)
    print(f"{failed} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
