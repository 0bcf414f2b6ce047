#include "neural/bench/report/names.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <utility>

#include "neural/base/json_view.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/report/quantities.hpp"

namespace neural::bench::report {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kBackends = {{
    {"pytorch", "PyTorch"},
    {"tensorflow", "TensorFlow"},
    {"engine", "Neural engine"},
    {"lightning", "Lightning"},
    {"keras_torch", "Keras on PyTorch"},
    {"keras_jax", "Keras on JAX"},
    {"jax", "JAX"},
}};

template <class T>
std::vector<T> prepend(std::vector<T> first, std::vector<T> rest) {
  first.insert(first.end(), std::make_move_iterator(rest.begin()), std::make_move_iterator(rest.end()));
  return first;
}

}  // namespace

std::string backend_name(const std::string& backend) {
  for (const auto& [key, name] : kBackends) {
    if (key == backend) return std::string(name);
  }
  return backend.empty() ? "unknown backend" : escape(backend);
}

std::vector<Column> with_subject_columns(std::vector<Column> columns) {
  return prepend({{"Model"}, {"Backend"}, {"Against"}}, std::move(columns));
}

std::vector<std::string> with_subject(const Json& result, std::vector<std::string> cells) {
  return prepend({code(text_at(result, {"model"})), backend_name(text_at(result, {"backend"})),
                  code(text_at(result, {"contender"}))},
                 std::move(cells));
}

std::string subject(const Json& result) {
  return fmt::format("{} on {} against {}", code(text_at(result, {"model"})),
                     backend_name(text_at(result, {"backend"})), code(text_at(result, {"contender"})));
}

std::string count_of(std::size_t count, const std::string& noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string ratio_text(const Json& comparison) {
  const auto percentage = number_at(comparison, {"percentage"});
  const auto low = number_at(comparison, {"ci_low"});
  const auto high = number_at(comparison, {"ci_high"});
  std::string text = show_if(percentage, show_percentage);
  if (!percentage || !low || !high) return text;
  // The unit stands once, behind the number.
  const auto bound = [](double ratio) {
    std::string shown = show_percentage(100 * (ratio - 1));
    return shown.substr(0, shown.size() - std::string_view(" %").size());
  };
  return fmt::format("{} [{}, {}]", text, bound(*low), bound(*high));
}

std::string verdict_text(const Json& comparison) {
  const std::string verdict = text_at(comparison, {"verdict"});
  if (verdict.empty()) return kNoNumber;
  const bool claims = verdict != "INCONCLUSIVE" && verdict != "INVALID";
  return claims ? "**" + escape(verdict) + "**" : escape(verdict);
}

std::string reason_lines(const Json& results, std::string_view measure) {
  std::string text;
  for (const Json& result : list_at(results, {"results"})) {
    const std::string reason = text_at(result, {"comparison", measure, "reason"});
    if (reason.empty() || !is_judged(result, measure)) continue;
    text += fmt::format("- {}: {}: {}\n", subject(result), escape(text_at(result, {"comparison", measure, "verdict"})),
                        prose(reason));
  }
  return text.empty() ? text : text + "\n";
}

std::string looks_text(const Json& results) {
  std::vector<std::string> looks;
  for (const double pairs : numbers_at(results, {"protocol", "looks"})) looks.push_back(fmt::format("{:g}", pairs));
  return looks.empty() ? kNoNumber : join(looks, ", ");
}

bool is_judged(const Json& result, std::string_view measure) {
  const std::string verdict = text_at(result, {"comparison", measure, "verdict"});
  return !verdict.empty() && verdict != "INVALID";
}

bool is_of_engine(const Json& result) {
  return text_at(result, {"backend"}) == "engine";
}

bool is_complete(const Json& result) {
  return text_at(result, {"status"}) == "complete";
}

}  // namespace neural::bench::report
