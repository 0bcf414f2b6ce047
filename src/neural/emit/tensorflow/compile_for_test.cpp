#include "neural/emit/tensorflow/compile_for_test.hpp"

#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/emit/tensorflow/tensorflow.hpp"
#include "neural/model/check.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::emit::tensorflow {

Compiled compile_source(std::string source, Options options) {
  const syntax::SourceText text("test.neural", std::move(source));
  syntax::DiagnosticList front;
  const syntax::File file = syntax::parse_file(text, front);
  const auto networks = model::check_file(file, text, front);
  NEURAL_CHECK(!front.has_errors() && networks.size() == 1 && networks.front(), syntax::render_text(text, front));

  options.source_name = "test.neural";
  options.source_sha256 = "0123456789abcdef";
  options.version = "1.2.3";
  syntax::DiagnosticList diagnostics;
  const auto program = emit_tensorflow(*networks.front(), options, diagnostics);
  NEURAL_CHECK(program.has_value() != diagnostics.has_errors(), "a program, or the reason why there is none");
  return {program.value_or(""), diagnostics.sorted()};
}

Compiled compile_layers(std::string_view layers, std::string_view sections) {
  return compile_source("network Net { input: (8, 8, 4) layers: " + std::string(layers) + " " + std::string(sections) +
                        " }");
}

std::string steps_of(std::string_view input, std::string_view layers) {
  const Compiled compiled =
      compile_source("network Net { input: " + std::string(input) + " layers: " + std::string(layers) + " loss: mse }");
  std::string steps = joined(between(compiled.program, "compiled.\"\"\"\n", "    model = "));
  while (steps.substr(0, steps.find('\n')).find("keras.Input(") != std::string::npos) {
    steps.erase(0, steps.find('\n') + 1);
  }
  return steps;
}

std::string between(const std::string& text, std::string_view begin, std::string_view end) {
  const std::size_t first = text.find(begin);
  if (first == std::string::npos) return {};
  const std::size_t from = first + begin.size();
  const std::size_t to = text.find(end, from);
  return to == std::string::npos ? std::string() : text.substr(from, to - from);
}

std::string joined(const std::string& text) {
  constexpr std::size_t kBody = 4;
  std::string result;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::size_t first = std::min(text.find_first_not_of(' ', begin), end);
    const bool continues = !result.empty() && (first - begin > kBody || text[first] == ')');
    const bool closes = text[first] == ')';
    if (closes && result.ends_with(',')) result.pop_back();
    if (!result.empty() && !continues) result += '\n';
    if (continues && !closes && result.ends_with(',')) result += ' ';
    result += text.substr(first, end - first);
    begin = end + 1;
  }
  return result;
}

}  // namespace neural::emit::tensorflow
