#include <gtest/gtest.h>

#include "neural/syntax/format_testing.hpp"

namespace neural::syntax {
namespace {

using testing::formatted;
using testing::layers;
using testing::sections;

TEST(FormatComments, keeps_comments_at_their_places) {
  const std::string same = R"(# about the file

// about the macro
define M {  # behind a brace
  # before a layer
  Dense(4)  // behind a layer

  # at the end of a block
}
# behind a block

# before a network
network N {
  # before a section
  input: (4)  #behind a section
  layers:  # behind a colon
    # before the first layer
    Dense(4) @ cpu * 3  # behind a factor
    # deeper than `layers`: among the layers

    # still
  # before the loss
  loss: mse
  train {  # settings
    # first
    epochs: 5  # few
    # last
  }
  # at the end of a network
}  # behind it

# at the end of the file
)";
  EXPECT_EQ(formatted(same), same);
}

TEST(FormatComments, keeps_comments_inside_lists) {
  EXPECT_EQ(layers("Dense(4, # units\n activation=relu // act\n)"),
            "    Dense(\n      4,  # units\n      activation=relu  // act\n    )\n");
  EXPECT_EQ(layers("Dense( # open\n\n# above\n4 # before a comma\n\n, # behind it\n5\n# end\n) # closed"),
            "    Dense(  # open\n      # above\n      4,  # before a comma\n      # behind it\n      5\n      # end\n"
            "    )  # closed\n");
  EXPECT_EQ(layers("Reshape([\n# none\n])\nA{ # none\n}"),
            "    Reshape(\n      [\n        # none\n      ]\n    )\n    A {  # none\n    }\n");
  EXPECT_EQ(sections("batch_size: 16, # small\n 32 # large\n"), "  batch_size:\n    16,  # small\n    32  # large\n");
  EXPECT_EQ(formatted("define M(a, # first\nb) {}"), "define M(\n  a,  # first\n  b\n) {}\n");
}

TEST(FormatComments, keeps_comments_where_nobody_writes_them) {
  EXPECT_EQ(sections("loss # 1\n: # 2\n mse # 3\n"), "  loss  # 1\n    :  # 2\n    mse  # 3\n");
  EXPECT_EQ(
      formatted("network # 1\nN # 2\n{ # 3\nlayers: Dense # 4\n( # 5\n4) # 6\n@ # 7\ncpu # 8\n{ # 9\n} # 10\n* # 11\n"
                "2 # 12\nA(x # 13\n= # 14\n3, y=HPO( # 15\nchoice(1) # 16\n)) } # 17"),
      R"(network  # 1
  N  # 2
{  # 3
  layers:
    Dense  # 4
    (  # 5
      4
    )  # 6
      @  # 7
      cpu  # 8
    {  # 9
    }  # 10
      *  # 11
      2  # 12
    A(
      x  # 13
        =  # 14
        3,
      y=HPO(  # 15
        choice(1)  # 16
        )
    )
}  # 17
)");
}

TEST(FormatComments, decides_by_its_indentation_where_a_comment_behind_the_layers_belongs) {
  EXPECT_EQ(sections("layers:\n A\n# out\n   # out too\n loss: mse"),
            "  layers:\n    A\n  # out\n  # out too\n  loss: mse\n");
  EXPECT_EQ(sections("layers:\n A\n # in\n\n# out\n"), "  layers:\n    A\n    # in\n\n  # out\n");
}

TEST(FormatComments, keeps_one_empty_line_where_there_were_any) {
  EXPECT_EQ(sections("\n\n\ninput: (4)\n\n\n\nlayers:\n\n\nA\n\n\n\nB\r\n\r\nC(1,\n\n2)\r\nD\n\n;\nE\n\n\n"),
            "  input: (4)\n\n  layers:\n    A\n\n    B\n\n    C(1, 2)\n    D\n\n    E\n");
  EXPECT_EQ(formatted("\n\ndefine M {}\n# M\n\n\n\n# R\nresearch {}\n\n\n"), "define M {}\n# M\n\n# R\nresearch {}\n");
  EXPECT_EQ(formatted("define M {} # M\n# R\nresearch {}"), "define M {}  # M\n\n# R\nresearch {}\n");
}

TEST(FormatComments, writes_plain_lines) {
  EXPECT_EQ(formatted("\xEF\xBB\xBF# a\tb\t \f\r\rdefine M {\r\n\tA\r}"), "# a\tb\n\ndefine M {\n  A\n}\n");
  EXPECT_EQ(formatted("define M {}"), "define M {}\n");
}

TEST(FormatComments, takes_files_that_hold_nothing) {
  for (const char* text : {"", "\xEF\xBB\xBF", "\n\n \t\r\n", ";;,"}) EXPECT_EQ(formatted(text), "");
  EXPECT_EQ(formatted("\n # a \n\n\n// b"), "# a\n\n// b\n");
}

}  // namespace
}  // namespace neural::syntax
