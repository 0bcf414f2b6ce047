#include "neural/bench/report/render_markdown.hpp"

#include <array>

#include "neural/bench/report/sections.hpp"

namespace neural::bench::report {
namespace {

// What a reader in a hurry needs comes first, and next to it what speaks against it.
constexpr std::array kSections = {
    answer_section,  summary_section,  unmeasured_section, weak_points_section, time_sections,
    memory_sections, quality_sections, overhead_sections,  abstraction_section, parity_section,
    trend_section,   protocol_section, settings_section,   machine_section,     reading_section,
};

}  // namespace

std::string render_markdown(const Json& results) {
  std::string text;
  for (const auto section : kSections) text += section(results);
  while (text.ends_with("\n\n")) text.pop_back();
  return text;
}

}  // namespace neural::bench::report
