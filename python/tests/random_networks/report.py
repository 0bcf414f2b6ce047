"""What a run found, as text."""

from __future__ import annotations

from collections import Counter
from typing import Any

Record = dict[str, Any]
MOST_FAILURES = 20


def report(records: dict[str, dict[int, Record]], seed: int) -> str:
    lines = []
    for backend, by_number in records.items():
        found = list(by_number.values())
        counts = Counter(record["outcome"] for record in found)
        seconds = sum(record.get("seconds", 0) for record in found)
        outcomes = ", ".join(f"{count} {outcome}" for outcome, count in counts.most_common())
        lines.append(f"{backend}: {len(found)} programs of seed {seed} in {seconds / 60:.0f} min: {outcomes or 'none'}")
        refusals = Counter((record["code"], record["text"]) for record in found if record["outcome"] == "refused")
        lines += [f"  {count:>5} {code} {text}" for (code, text), count in refusals.most_common(MOST_FAILURES)]
        compared = [record for record in found if "deviation" in record]
        sensitive = sum(record["outcome"] == "ill-conditioned" for record in compared)
        compared = [record for record in compared if record["outcome"] != "ill-conditioned"]
        if sensitive:
            lines.append(f"  {sensitive} deviate by more than 1e-05, but no more than weights a little off move them")
        if compared:
            most = max(compared, key=lambda record: record["deviation"])
            against = " and ".join(sorted({record["against"] for record in compared}))
            lines.append(
                f"  {len(compared)} compared with {against}: "
                f"at most {most['deviation']:.1e} of the largest value, in program {most['k']}"
            )
        failures = [record for record in found if record["outcome"] == "failed"]
        lines += [
            f"  program {record['k']}: {record['text'].splitlines()[0][:160]}" for record in failures[:MOST_FAILURES]
        ]
        if len(failures) > MOST_FAILURES:
            lines.append(f"  … and {len(failures) - MOST_FAILURES} more failures")
    return "\n".join(lines)
