#include <gtest/gtest.h>

#include "neural/base/text.hpp"
#include "neural/explain/explain.hpp"

namespace neural::explain {
namespace {

using syntax::Code;
using syntax::Explanation;

TEST(AsText, shows_text_wrong_program_message_and_right_program) {
  const Explanation entry = {.code = Code::E003,
                             .text =
                                 "A number is written in digits, and this sentence goes on until its line is full, "
                                 "and then goes on with the next.",
                             .wrong = "network Tiny {\n  input: (4)\n  layers: Output(1_0)\n}\n",
                             .mistake = "1_0",
                             .correction = "10"};
  EXPECT_EQ(as_text(entry, false), R"(E003: malformed number

A number is written in digits, and this sentence goes on until its line is full,
and then goes on with the next.

wrong

    network Tiny {
      input: (4)
      layers: Output(1_0)
    }

    $ neural check model.neural
    model.neural:3:18: error[E003]: malformed number `1_0`
      3 |   layers: Output(1_0)
        |                  ^~~
        = help: write the digits without `_`
    1 error

right

    network Tiny {
      input: (4)
      layers: Output(10)
    }
)");
}

TEST(AsText, is_the_text_alone_where_there_is_no_program) {
  EXPECT_EQ(as_text({.code = Code::E902, .text = "Too long."}, false), "E902: the source is too long\n\nToo long.\n");
}

TEST(AsText, is_coloured_only_when_asked) {
  for (const Code code : {Code::E503, Code::W522}) {
    EXPECT_EQ(as_text(explanation_of(code), false).find('\033'), std::string::npos);
    EXPECT_NE(as_text(explanation_of(code), true).find('\033'), std::string::npos);
  }
}

TEST(AsText, wraps_every_text_at_80_columns) {
  for (const syntax::ExplanationGroup& group : syntax::explanation_groups()) {
    for (const Explanation& entry : group.entries) {
      const std::string text = as_text({.code = entry.code, .text = entry.text}, false);
      for (const std::string& line : split(text, '\n')) EXPECT_LE(code_points(line), 80u) << line;
    }
  }
}

TEST(AsMarkdown, fences_programs_and_messages) {
  const Explanation entry = {.code = Code::E403,
                             .text = "Once or more.",
                             .wrong = "network Tiny {\n  input: (4)\n  layers: Output(2) * 0\n}\n",
                             .mistake = "* 0",
                             .correction = "* 1"};
  EXPECT_EQ(as_markdown(entry), R"(### E403

**a repeat count must be at least 1**

Once or more.

Wrong:

```
network Tiny {
  input: (4)
  layers: Output(2) * 0
}
```

```
$ neural check model.neural
model.neural:3:21: error[E403]: a layer cannot be repeated 0 times
  3 |   layers: Output(2) * 0
    |                     ^~~
    = help: use `* 1` or more, or remove the layer
1 error
```

Right:

```
network Tiny {
  input: (4)
  layers: Output(2) * 1
}
```
)");
}

}  // namespace
}  // namespace neural::explain
