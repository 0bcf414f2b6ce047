#include "neural/emit/text/custom_layers.hpp"

#include <gtest/gtest.h>

#include "neural/base/text.hpp"
#include "neural/model/check.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::emit {
namespace {

model::Model model_of(const std::string& layers) {
  const syntax::SourceText source("net.neural", "network N { input: (4) layers: " + layers + " Output(1) loss: mse }");
  syntax::DiagnosticList diagnostics;
  auto networks = model::check_file(syntax::parse_file(source, diagnostics), source, diagnostics);
  EXPECT_FALSE(diagnostics.has_errors()) << render_text(source, diagnostics);
  return std::move(*networks.front());
}

std::string imports_of(const std::vector<CustomClass>& classes, const std::string& layers) {
  return join(CustomImports(classes, model_of(layers)).lines(), "\n");
}

std::string call_of(const std::string& layer) {
  return Expression::call("C", custom_arguments(model_of(layer).layers.front())).flat();
}

TEST(CustomImports, AreSortedAsByIsort) {
  EXPECT_EQ(imports_of({{"ALayer", "b", "thing"},
                        {"BLayer", "b", "Thing"},
                        {"CLayer", "b", "THING"},
                        {"DLayer", "a", "Z"},
                        {"ELayer", "b", "Thing"},
                        {"FLayer", "c", "Unused"}},
                       "ALayer() BLayer() CLayer() DLayer() ELayer()"),
            "from a import Z\nfrom b import THING, Thing, thing");
}

TEST(CustomImports, TakeNoNameOfTheProgram) {
  EXPECT_EQ(imports_of({{"ALayer", "m", "Path"}, {"BLayer", "m", "B"}, {"CLayer", "n", "B"}, {"DLayer", "n", "print"}},
                       "ALayer() BLayer() CLayer() DLayer()"),
            "from m import B\nfrom m import Path as Path_1\nfrom n import B as B_1\nfrom n import print as print_1");
}

TEST(CustomImports, BreakLinesThatAreTooLong) {
  const std::string a(60, 'A');
  const std::string b(60, 'B');
  EXPECT_EQ(imports_of({{"ALayer", "m", a}, {"BLayer", "m", b}}, "ALayer() BLayer()"),
            "from m import (\n    " + a + ",\n    " + b + ",\n)");
}

TEST(CustomArguments, StandAsWritten) {
  EXPECT_EQ(
      call_of(R"(FooLayer(3, relu, "a\"b", rate=0.5, on=true, no=None, sizes=[1, [2.5, x]], name="n", dtype=float64,
                       trainable=false, output_shape=(7)))"),
      R"(C(3, "relu", 'a"b', rate=0.5, on=True, no=None, sizes=[1, [2.5, "x"]]))");
  EXPECT_EQ(call_of("CustomShape(Mine, (3,))"), "C()");
  EXPECT_EQ(call_of("CustomShape([1, 2], (3,))"), "C([1, 2])");
}

TEST(CustomArguments, HaveNamesOfPython) {
  EXPECT_EQ(unusable_arguments(model_of("FooLayer(3, class=4, lambda=5, good=6)").layers.front()),
            (std::vector<std::string>{"class", "lambda"}));
}

}  // namespace
}  // namespace neural::emit
