#include "neural/emit/text/research.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "neural/model/check.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::emit {
namespace {

struct Checked {
  model::Model model;
  std::vector<model::ResearchResult> results;
};

Checked checked(const std::string& sections, const std::string& metrics) {
  const syntax::SourceText source("model.neural", fmt::format("network N {{ input: (4) layers: Output(2)\n{} }}\n"
                                                              "research R {{ metrics {{ {} }} }}\n",
                                                              sections, metrics));
  syntax::DiagnosticList diagnostics;
  const syntax::File tree = syntax::parse_file(source, diagnostics);
  auto networks = model::check_file(tree, source, diagnostics);
  EXPECT_FALSE(diagnostics.has_errors()) << render_text(source, diagnostics);
  return {*std::move(networks.front()), model::research_by_network(tree).at("N")};
}

/// "accuracy>=0.5" where at least 0.5 of `accuracy` reaches the claim, "-" where nothing measures it.
std::string claim(const std::string& sections, const std::string& metrics) {
  const Checked file = checked(sections, metrics);
  std::string text;
  for (const Claim& each : research_claims(file.model, file.results)) {
    if (!text.empty()) text += " ";
    text += each.key ? fmt::format("{}{}{}", *each.key, each.less_is_better ? "<=" : ">=", each.value) : "-";
  }
  return text;
}

TEST(Claims, are_about_what_evaluate_returns) {
  EXPECT_EQ(claim("loss: scce", "accuracy: 0.5 loss: 0.25"), "accuracy>=0.5 loss<=0.25");
  EXPECT_EQ(claim("loss: mse metrics: [mae]", "mean_absolute_error: 2"), "mean_absolute_error<=2");
  EXPECT_EQ(claim("loss: bce metrics: [f1, auc]", "auc: 0.5 f1: 1"), "auc>=0.5 f1>=1");
}

TEST(Claims, take_every_name_the_language_has) {
  EXPECT_EQ(claim("loss: scce", "acc: 0.5 sparse_categorical_accuracy: 0.25"), "accuracy>=0.5 accuracy>=0.25");
  EXPECT_EQ(claim("loss: mse metrics: [rmse]", "rmse: 1 mse: 2"), "root_mean_squared_error<=1 loss<=2");
  EXPECT_EQ(claim("loss: bce metrics: [f1_score]", "f1_score: 0.5"), "f1>=0.5");
}

TEST(Claims, may_say_which_data_they_are_about) {
  EXPECT_EQ(claim("loss: scce", "test_accuracy: 0.5 val_loss: 1 test_acc: 0.25"),
            "accuracy>=0.5 loss<=1 accuracy>=0.25");
  EXPECT_EQ(claim("loss: scce", "train_accuracy: 0.5 test_: 1 test_test_loss: 1"), "- - -");
}

TEST(Claims, about_what_nothing_measures_have_no_key) {
  EXPECT_EQ(claim("loss: scce", "error: 0.5 perplexity: 20 mae: 1 precision: 0.5"), "- - - -");
  EXPECT_EQ(claim("loss: mse", "accuracy: 0.5"), "-") << "no accuracy of real values, unless it is asked for";
  EXPECT_EQ(claim("loss: mse metrics: [accuracy]", "accuracy: 0.5"), "accuracy>=0.5");
}

TEST(Claims, are_numbers_as_written) {
  EXPECT_EQ(claim("loss: scce", "accuracy: 98.5 loss: 5e-2"), "accuracy>=98.5 loss<=0.05");
}

TEST(Claims, get_a_constant_and_a_function) {
  const Checked file = checked("loss: scce", "accuracy: 0.985 error: 0.015");
  const Options options = {.research = file.results};
  const Program program = describe(file.model, options, "pytorch", "PyTorch");
  PythonWriter writer;
  write_research_constant(writer, program);
  const std::string constant = writer.take();
  EXPECT_NE(constant.find("    (\"research R\", \"accuracy\", 0.985, \"accuracy\", False),\n"
                          "    (\"research R\", \"error\", 0.015, None, False),\n"),
            std::string::npos)
      << constant;
  write_research_function(writer, program);
  EXPECT_TRUE(writer.take().starts_with("\n\ndef compare_with_research(result: dict[str, float]) -> list[str]:\n"));
}

TEST(Claims, leave_no_trace_where_there_are_none) {
  const Checked file = checked("loss: scce", "");
  const Options options;
  const Program program = describe(file.model, options, "pytorch", "PyTorch");
  PythonWriter writer;
  write_research_constant(writer, program);
  write_research_function(writer, program);
  EXPECT_EQ(writer.take(), "");
}

}  // namespace
}  // namespace neural::emit
