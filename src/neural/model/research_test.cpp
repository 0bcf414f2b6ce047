#include "neural/model/research.hpp"

#include <gtest/gtest.h>

#include "neural/syntax/parser.hpp"

namespace neural::model {
namespace {

std::string shown(const std::string& text, const std::string& network) {
  const syntax::SourceText source("model.neural", text);
  syntax::DiagnosticList diagnostics;
  const auto results = research_by_network(syntax::parse_file(source, diagnostics));
  EXPECT_FALSE(diagnostics.has_errors()) << render_text(source, diagnostics);
  std::string all;
  for (const ResearchResult& each : results.at(network)) {
    all += each.block + "/" + each.metric + "=" + std::to_string(each.value) + " ";
  }
  return all;
}

const std::string kNetworks =
    "network A { input: (4) layers: Output(2) }\n"
    "network B { input: (4) layers: Output(2) }\n";

TEST(Research, of_a_network_concerns_that_one_alone) {
  const std::string text = kNetworks + "research A { metrics { accuracy: 0.5 loss: 1 } }";
  EXPECT_EQ(shown(text, "A"), "A/accuracy=0.500000 A/loss=1.000000 ");
  EXPECT_EQ(shown(text, "B"), "");
}

TEST(Research, with_another_name_or_none_concerns_every_network) {
  const std::string text = kNetworks + "research Paper { metrics { f1: 0.5 } }\nresearch { metrics { loss: 2e-1 } }";
  EXPECT_EQ(shown(text, "A"), "Paper/f1=0.500000 /loss=0.200000 ");
  EXPECT_EQ(shown(text, "B"), shown(text, "A"));
}

TEST(Research, without_metrics_concerns_nobody) {
  EXPECT_EQ(shown(kNetworks + "research A { references { paper: \"P\" } }", "A"), "");
  EXPECT_EQ(shown(kNetworks, "B"), "");
}

}  // namespace
}  // namespace neural::model
