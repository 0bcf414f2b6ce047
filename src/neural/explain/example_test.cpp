#include "neural/explain/example.hpp"

#include <gtest/gtest.h>

namespace neural::explain {
namespace {

TEST(Example, is_checked) {
  const Example example = run_example("network Tiny { input: (4) layers: Dens(2) }");
  EXPECT_EQ(example.command, "neural check model.neural");
  ASSERT_EQ(example.diagnostics.error_count(), 1u);
  EXPECT_EQ(example.diagnostics.sorted().front().code, syntax::Code::E201);
}

TEST(Example, is_compiled_where_a_backend_is_named) {
  constexpr const char* kProgram = R"(network Tiny {
  input: (8, 8, 1)
  layers:
    BatchNormalization(axis=(2, 3))
    Flatten()
    Output(2)
})";
  EXPECT_TRUE(run_example(kProgram).diagnostics.empty());
  const Example example = run_example(kProgram, "tensorflow");
  EXPECT_EQ(example.command, "neural compile model.neural --backend tensorflow");
  ASSERT_EQ(example.diagnostics.error_count(), 1u);
  EXPECT_EQ(example.diagnostics.sorted().front().code, syntax::Code::E701);
}

TEST(Example, with_mistakes_is_not_compiled) {
  const Example example = run_example("network Tiny { input: (4) layers: Dens(2) }", "pytorch");
  EXPECT_EQ(example.diagnostics.error_count(), 1u);
}

}  // namespace
}  // namespace neural::explain
