#include "support.hpp"

#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/base/text.hpp"
#include "neural/model/macros.hpp"

namespace neural::fuzz {
namespace {

constexpr std::size_t kLongestInput = std::size_t{64} << 10;
constexpr std::int64_t kMostLayersOfNetwork = 2000;
constexpr std::int64_t kMostStepsOfNetwork = 20000;

void require_inside(const syntax::SourceText& source, syntax::Span span) {
  NEURAL_CHECK(span.begin <= span.end && span.end <= source.text().size(), "a span leaves the source");
}

/// Line ends are ours; tabs come from the source line that is shown.
void require_harmless(std::string text) {
  NEURAL_CHECK(is_utf8(text), "what is printed is not UTF-8");
  std::replace_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  NEURAL_CHECK(printable(text) == text, "what is printed holds control characters");
}

}  // namespace

std::optional<syntax::SourceText> source_of(const std::uint8_t* data, std::size_t size) {
  if (size > kLongestInput) return {};
  return syntax::SourceText("fuzz.neural", std::string(reinterpret_cast<const char*>(data), size));
}

void require_sound(const syntax::SourceText& source, const syntax::DiagnosticList& diagnostics) {
  for (const syntax::Diagnostic& found : diagnostics.sorted()) {
    require_inside(source, found.span);
    NEURAL_CHECK(!found.message.empty(), "a diagnostic says nothing");
    for (const syntax::Note& note : found.notes) {
      if (note.span) require_inside(source, *note.span);
    }
  }
  const syntax::RenderOptions all = {.most_errors = syntax::DiagnosticList::kMostKept};
  require_harmless(render_text(source, diagnostics, all));
  const std::string json = compact_json(render_json(source, diagnostics, all));
  NEURAL_CHECK(is_utf8(json), "the JSON is not UTF-8");
}

bool is_cheap_to_expand(const syntax::File& file, const syntax::SourceText& source) {
  syntax::DiagnosticList ignored;
  model::Reporter reporter(source, ignored);
  const model::MacroTable macros(file.macros, reporter);
  return std::all_of(file.networks.begin(), file.networks.end(), [&](const syntax::Network& network) {
    model::ExpandedSize size;
    for (const syntax::Item& item : network.layers) {
      const model::ExpandedSize more = macros.size_of(item);
      if (more.layers > model::kMostLayers || more.steps > model::kMostExpansionSteps) return true;
      size.layers += more.layers;
      size.steps += more.steps;
    }
    if (size.layers > model::kMostLayers || size.steps > model::kMostExpansionSteps) return true;
    return size.layers <= kMostLayersOfNetwork && size.steps <= kMostStepsOfNetwork;
  });
}

Json without_places(Json value) {
  if (value.is_object()) {
    Json kept = Json::object();
    for (auto& [key, each] : value.items()) {
      if (key != "line") kept[key] = without_places(std::move(each));
    }
    return kept;
  }
  for (Json& each : value) {
    if (each.is_structured()) each = without_places(std::move(each));
  }
  return value;
}

}  // namespace neural::fuzz
