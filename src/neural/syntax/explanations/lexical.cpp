#include "neural/syntax/explanations/tables.hpp"

namespace neural::syntax {
namespace {

constexpr Explanation kLexical[] = {
    {
        .code = Code::E001,
        .text = "This character begins nothing in the language: outside strings and comments there are only ASCII "
                "names, numbers, quotes and the signs `{ } ( ) [ ] : = , ; * @`. There is no arithmetic either, so a "
                "sign stands directly before its number: `-1`, not `- 1`. In text pasted from a document look for "
                "curly quotes, long dashes and no-break spaces; a file that is not UTF-8 has to be saved as such.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(128, activation="relu")
    BatchNormalization(axis=- 1)
    Output(10)
}
)",
        .mistake = "- 1",
        .correction = "-1",
    },
    {
        .code = Code::E002,
        .text = "A string ends on the line it begins on, with the quote it began with, so that one forgotten quote "
                "spoils one line and not the rest of the file. Close the string; a line break inside it is written "
                "`\\n`.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(128, activation="relu)
    Output(10)
}
)",
        .mistake = "\"relu)",
        .correction = "\"relu\")",
    },
    {
        .code = Code::E003,
        .text = "A number is written in decimal digits, with a point or an exponent if it is a float, and no letter, "
                "`_` or second point may touch it: `1_000`, `0x10`, `2d` and `1.2.3` are no numbers. A whole number "
                "must fit in 64 bits, a float must be finite.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(1_000, activation="relu")
    Output(10)
}
)",
        .mistake = "1_000",
        .correction = "1000",
    },
    {
        .code = Code::E004,
        .text = "A comment begins with `#` or `//` and ends with its line; there are no comments in `/* */`. One that "
                "is never closed would make layers vanish without a word. Begin each line of the comment with `#`.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    /* one hidden layer is enough */
    Dense(128, activation="relu")
    Output(10)
}
)",
        .mistake = "/* one hidden layer is enough */",
        .correction = "# one hidden layer is enough",
    },
    {
        .code = Code::W005,
        .text = "In a string a backslash begins one of the escapes `\\\\`, `\\\"`, `\\'`, `\\n`, `\\t` and `\\r`; any "
                "other pair stays as it is written. In a path that is luck: `runs\\trials` would hold a tab, without a "
                "warning. Write `\\\\` for a backslash, or `/` in a path.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Output(10)
  train { save_path: "runs\digits.keras" }
}
)",
        .mistake = R"(runs\digits.keras)",
        .correction = "runs/digits.keras",
    },
};

}  // namespace

std::span<const Explanation> lexical_explanations() {
  return kLexical;
}

}  // namespace neural::syntax
