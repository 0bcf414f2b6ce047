"""The suite from the command line; `neural bench` is the same with more options."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[0] = str(REPOSITORY)  # instead of this folder, which Python puts there for a script

from neural.errors import NeuralError  # noqa: E402
from tests.benchmarks import BenchmarkSuite  # noqa: E402

EXAMPLES = """examples:
  python tests/benchmarks/run_benchmarks.py --quick --report
  python tests/benchmarks/run_benchmarks.py --models simple_mlp,cnn --backends pytorch --epochs 5
  python tests/benchmarks/run_benchmarks.py --models all --report --json --output results

exit codes: 0 the report is complete, 2 usage or environment, 3 a cell could not be measured"""


def names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Measure generated programs against hand-written ones.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="fewer runs and 2 epochs; minutes instead of hours")
    parser.add_argument("--report", action="store_true", help="write benchmark_report.md and .html")
    parser.add_argument("--json", action="store_true", help="write benchmark_results.json")
    parser.add_argument(
        "--backends",
        type=names,
        metavar="LIST",
        help="tensorflow,pytorch,engine (default: all; with --quick the first two)",
    )
    parser.add_argument(
        "--models", type=names, metavar="LIST", help="names or `all` (default: simple_mlp,cnn,deep_mlp and your own)"
    )
    parser.add_argument("--epochs", type=int, metavar="N", help="epochs of the full runs (default: 5, with --quick 2)")
    parser.add_argument("--output", default="benchmark_results", metavar="DIR", help="default: %(default)s")
    parser.add_argument("--no-tracking", action="store_true", help="write no run folder")
    return parser.parse_args()


def main() -> int:
    given = parse_arguments()
    options = ["--report"] * given.report + ["--json"] * given.json
    try:
        return BenchmarkSuite(given.output).run(
            given.backends,
            given.models,
            given.epochs,
            quick=given.quick,
            tracking=not given.no_tracking,
            options=options,
        )
    except (NeuralError, ValueError) as error:
        print(f"run_benchmarks: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
