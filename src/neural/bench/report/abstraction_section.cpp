#include <fmt/format.h>

#include "neural/base/json_view.hpp"
#include "neural/bench/report/names.hpp"
#include "neural/bench/report/quantities.hpp"
#include "neural/bench/report/sections.hpp"

namespace neural::bench::report {
namespace {

const Json& tax_of(const Json& result) {
  return at(result, {"comparison", "abstraction_tax"});
}

/// True if some contender of that model is compared with this result's own, which is the raw one.
bool is_raw(const Json& results, const Json& result) {
  for (const Json& other : list_at(results, {"results"})) {
    if (tax_of(other).is_object() && text_at(other, {"model"}) == text_at(result, {"model"}) &&
        text_at(other, {"backend"}) == text_at(result, {"backend"}) &&
        text_at(tax_of(other), {"raw"}) == text_at(result, {"contender"})) {
      return true;
    }
  }
  return false;
}

std::string epoch_of(const Json& result, const char* side) {
  return show_if(number_at(result, {side, "epoch_time"}), show_seconds);
}

void add_row(Table& table, const Json& result, std::string raw, std::string written_with, const char* side,
             const Json& ratio) {
  table.add({code(text_at(result, {"model"})), std::move(raw), std::move(written_with), epoch_of(result, side),
             ratio_text(ratio), show_if(number_at(ratio, {"level"}), show_level)});
}

}  // namespace

std::string abstraction_section(const Json& results) {
  Table table({{"Model"},
               {"Against"},
               {"Written with"},
               {"Epoch", Align::kRight},
               {"More time than by hand", Align::kRight},
               {"Level", Align::kRight}});
  bool any = false;
  std::string reasons;
  for (const Json& result : list_at(results, {"results"})) {
    const Json& tax = tax_of(result);
    if (is_raw(results, result)) {
      add_row(table, result, code(text_at(result, {"contender"})), "**Neural**", "neural",
              at(result, {"comparison", "training_time"}));
    }
    if (!tax.is_object()) continue;
    any = true;
    const std::string title = fmt::format("{} ({})", backend_name(text_at(result, {"contender_backend"})),
                                          code(text_at(result, {"contender"})));
    add_row(table, result, code(text_at(tax, {"raw"})), title, "native", tax);
    if (const std::string reason = text_at(tax, {"reason"}); !reason.empty()) {
      reasons += fmt::format("- {}: {}\n", subject(result), prose(reason));
    }
  }
  if (!any) return {};
  return "## What other ways of writing it cost\n\n"
         "The same network, written with other libraries, against the program written by hand in PyTorch or "
         "TensorFlow: time of an epoch, `+` is longer. Each was measured in pairs with Neural's program; the ratio of "
         "the two is that of their ratios, and its interval allows for the errors of both.\n\n" +
         table.text() + reasons + (reasons.empty() ? "" : "\n");
}

}  // namespace neural::bench::report
