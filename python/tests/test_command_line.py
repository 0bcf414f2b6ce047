"""What is mistyped on the command line."""

from __future__ import annotations

import pytest
from command_line import run


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["bench", "--quik"], "`--quik` is not an option of `neural bench`\n  = help: did you mean `--quick`?"),
        (
            ["bench", "--modles=cnn"],
            "`--modles` is not an option of `neural bench`\n  = help: did you mean `--models`?",
        ),
        (
            ["bench", "selftest", "--pyton", "x"],
            "option of `neural bench selftest`\n  = help: did you mean `--python`?",
        ),
        (["--verion"], "`--verion` is not an option of `neural`\n  = help: did you mean `--version`?"),
        (["check", "--\033zzzz", "x"], "option of `neural check`\n  = help: see `neural check --help`"),
        (["history", "list", "-q"], "-q\n  = help: see `neural history list --help`"),
        (["chekc", "x"], "`chekc` is not a command\n  = help: did you mean `check`?"),
    ],
)
def test_an_unknown_word_is_told_what_it_may_have_been(words: list[str], message: str) -> None:
    result = run(*words)
    assert result.returncode == 2
    assert message in result.stderr
    assert "\033" not in result.stderr
