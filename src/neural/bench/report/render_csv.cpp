#include "neural/bench/report/render_csv.hpp"

#include <array>

#include "neural/base/csv.hpp"
#include "neural/base/json_view.hpp"
#include "neural/base/text.hpp"

namespace neural::bench::report {
namespace {

constexpr std::array kQuantities = {"training_time", "total_time", "memory", "accuracy", "loss"};
constexpr std::array kTexts = {"model", "backend", "contender"};
constexpr std::array kNumbers = {"neural", "native", "difference", "ratio", "ci_low", "ci_high", "level", "pairs"};

std::string number(const Json& quantity, const char* key) {
  const Json& found = at(quantity, {key});
  if (found.is_number_integer()) return found.dump();
  const std::optional<double> value = number_at(quantity, {key});
  return value ? shortest_double(*value) : std::string();
}

std::string row(const Json& result, const char* name) {
  const Json& quantity = at(result, {"comparison", name});
  std::vector<std::string> fields;
  for (const char* key : kTexts) fields.push_back(csv_field(text_at(result, {key})));
  fields.emplace_back(name);
  for (const char* key : kNumbers) fields.push_back(number(quantity, key));
  fields.push_back(csv_field(text_at(quantity, {"verdict"})));
  fields.push_back(csv_field(text_at(quantity, {"reason"})));
  fields.push_back(csv_field(join(texts_at(quantity, {"flags"}), " ")));
  return join(fields, ",") + "\n";
}

}  // namespace

std::string render_csv(const Json& results) {
  std::string text =
      "model,backend,contender,quantity,neural,native,difference,ratio,ci_low,ci_high,level,pairs,verdict,"
      "reason,flags\n";
  for (const Json& result : list_at(results, {"results"})) {
    for (const char* name : kQuantities) {
      if (at(result, {"comparison", name}).is_object()) text += row(result, name);
    }
  }
  return text;
}

}  // namespace neural::bench::report
