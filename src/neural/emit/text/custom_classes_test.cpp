#include "neural/emit/text/custom_classes.hpp"

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

/// "HighwayLayer=my_layers:Highway, …", or what is wrong.
std::string assigned(const std::vector<std::string>& words, const std::string& layers, bool is_chosen = false) {
  const auto classes = read_custom_classes(words, model_of(layers), is_chosen);
  if (!classes) return classes.error().message + "; " + classes.error().help;
  std::vector<std::string> texts;
  for (const CustomClass& each : *classes) texts.push_back(each.layer + "=" + each.module + ":" + each.name);
  return join(texts, ", ");
}

TEST(CustomClasses, NameALayerAModuleAndAClass) {
  EXPECT_EQ(assigned({"HighwayLayer=my_layers:Gate"}, "HighwayLayer(3) OtherLayer()"), "HighwayLayer=my_layers:Gate");
  EXPECT_EQ(assigned({"HighwayLayer=a.b_2.c:_Gate"}, "HighwayLayer(3)"), "HighwayLayer=a.b_2.c:_Gate");
}

TEST(CustomClasses, FindTheLayerThatIsCalledLikeThem) {
  EXPECT_EQ(assigned({"m:OtherLayer", "m:Highway"}, "HighwayLayer(3) OtherLayer()"),
            "OtherLayer=m:OtherLayer, HighwayLayer=m:Highway");
  EXPECT_EQ(assigned({"m:Anything"}, "HighwayLayer(3) HighwayLayer(4)"), "HighwayLayer=m:Anything");
  EXPECT_EQ(assigned({"m:Mine"}, "CustomShape(Mine, (3,)) OtherLayer()"), "Mine=m:Mine");
  EXPECT_EQ(assigned({"CustomShape=m:Mine"}, "CustomShape(7, (3,))"), "CustomShape=m:Mine");
  EXPECT_EQ(assigned({"m:InnerLayer"}, "Residual { InnerLayer(3) } OtherLayer()"), "InnerLayer=m:InnerLayer");
}

TEST(CustomClasses, WithoutALayerAreRefused) {
  EXPECT_EQ(assigned({"FooLayer=m:Foo"}, "HighwayLayer(3) OtherLayer()"),
            "`--custom FooLayer=m:Foo` is for no layer of this network; the layers of its own are `HighwayLayer` and "
            "`OtherLayer`: `--custom HighwayLayer=m:Foo`");
  EXPECT_TRUE(assigned({"m:Foo"}, "HighwayLayer(3) OtherLayer()").starts_with("`--custom m:Foo` is for no layer"));
  EXPECT_EQ(assigned({"m:Foo"}, "Dense(3)"),
            "`--custom m:Foo` is for no layer of this network; it has no layer of its own: leave `--custom` out");
  EXPECT_EQ(assigned({"m:Highway", "HighwayLayer=n:H"}, "HighwayLayer(3)"),
            "`--custom` gives `HighwayLayer` two classes; leave one of them out");
}

TEST(CustomClasses, MayBeOfALayerThatAnotherChoiceHas) {
  EXPECT_EQ(assigned({"FooLayer=m:Foo"}, "Dense(3)", true), "FooLayer=m:Foo");
  EXPECT_TRUE(assigned({"m:Foo"}, "Dense(3)", true).starts_with("`--custom m:Foo` is for no layer"));
}

TEST(CustomClasses, LetNothingButNamesIntoAnImport) {
  for (const char* word : {"",
                           ":",
                           "m",
                           "m:",
                           ":C",
                           "=m:C",
                           "m:C:D",
                           "m.:C",
                           ".m:C",
                           "m..n:C",
                           "m:C.D",
                           "m;import os:C",
                           "m:C;x",
                           "m:C as D",
                           "m:C\nimport os",
                           "m\n:C",
                           "m :C",
                           "m: C",
                           "import:C",
                           "m.class:C",
                           "m:None",
                           "m:lambda",
                           "m:*",
                           "m:(C)",
                           "1m:C",
                           "m:1C",
                           "m:C#",
                           "m/n:C",
                           "../m:C",
                           "m\\n:C",
                           "m\xc3\xa4:C",
                           "m:K\xc3\xa4se",
                           "m:\xef\xbc\xa3",
                           "__main__:C",
                           "__future__:annotations",
                           "L=",
                           "L=m",
                           "L==m:C",
                           "m:C=D"}) {
    const auto read = read_custom_class(word);
    ASSERT_FALSE(read.has_value()) << word;
    EXPECT_EQ(read.error().code, ErrorCode::kUsage);
    EXPECT_TRUE(read.error().message.starts_with("`--custom ")) << read.error().message;
    EXPECT_EQ(read.error().message.find('\n'), std::string::npos);
  }
  EXPECT_TRUE(read_custom_class("m" + std::string(2, '\0') + ":C").error().message.find('\0') == std::string::npos);
}

}  // namespace
}  // namespace neural::emit
