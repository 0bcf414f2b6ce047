#include "neural/syntax/explanations/tables.hpp"

namespace neural::syntax {
namespace {

constexpr Explanation kLimits[] = {
    {
        .code = Code::E901,
        .text = "With all macros and repetitions written out, the network has more than 2^20, about a million, layers. "
                "That is far above any network in use, so look for a repetition with too many zeros, or for macros "
                "that repeat each other.",
        .wrong = R"(define Block {
  Dense(128, activation="relu")
  Dropout(0.2)
}

network Digits {
  input: (784)
  layers:
    Block * 1000000
    Output(10)
}
)",
        .mistake = "1000000",
        .correction = "10",
    },
    {
        .code = Code::E902,
        .text = "A source text is at most 64 MiB, hundreds of times what the largest networks need. The file is "
                "probably something else, such as data or saved weights; a generated one can be split, or use "
                "repetition and macros.",
    },
    {
        .code = Code::E903,
        .text = "Brackets and blocks stand in each other more than 1,000 deep, or macros use each other through more "
                "levels than are allowed, or put too many values into one call. Nobody writes that by hand: look for "
                "a bracket that a script forgot to close, and name inner parts by macros.",
    },
};

}  // namespace

std::span<const Explanation> limit_explanations() {
  return kLimits;
}

}  // namespace neural::syntax
