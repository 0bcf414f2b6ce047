#include <fmt/format.h>

#include "neural/base/json_view.hpp"
#include "neural/bench/report/names.hpp"
#include "neural/bench/report/quantities.hpp"
#include "neural/bench/report/sections.hpp"

namespace neural::bench::report {
namespace {

std::string show_deviation(double deviation) {
  return deviation == 0 ? "0" : fmt::format("{:.1e}", deviation);
}

std::string passed_text(const Json& value) {
  const Json& passed = at(value, {"passed"});
  if (!passed.is_boolean()) return "not shown";
  return passed.get<bool>() ? "passed" : "**FAILED**";
}

std::string certificates(const Json& results) {
  Table table(with_subject_columns({{"Certificate"}, {"Largest deviation", Align::kRight}, {"Of"}, {"In words"}}));
  for (const Json& result : list_at(results, {"results"})) {
    const Json& parity = at(result, {"comparison", "parity"});
    table.add(with_subject(result, {passed_text(parity), show_if(number_at(parity, {"distance"}), show_deviation),
                                    prose(text_at(parity, {"where"})), prose(text_at(parity, {"text"}))}));
  }
  return table.text();
}

std::string checks(const Json& results) {
  Table table(with_subject_columns({{"Check"},
                                    {"Deviation", Align::kRight},
                                    {"Tolerance", Align::kRight},
                                    {"Worst tensor"},
                                    {"Left out", Align::kRight},
                                    {"Result"}}));
  for (const Json& result : list_at(results, {"results"})) {
    for (const Json& check : list_at(result, {"comparison", "parity", "checks"})) {
      const std::string where = text_at(check, {"where"});
      const double left_out = number_at(check, {"left_out"}).value_or(0);
      table.add(with_subject(
          result, {escape(text_at(check, {"name"})), show_if(number_at(check, {"deviation"}), show_deviation),
                   show_if(number_at(check, {"tolerance"}), show_deviation), where.empty() ? kNoNumber : code(where),
                   left_out == 0 ? kNoNumber : show_deviation(left_out), passed_text(check)}));
    }
  }
  return table.empty() ? std::string() : "Every check:\n\n" + table.text();
}

}  // namespace

std::string parity_section(const Json& results) {
  return "## Parity\n\n"
         "Before anything is timed, both sides compute on the same batches from the same weights, dropout switched "
         "off: loss and gradients of the first batch, weights and losses of single steps, weights after a whole "
         "`fit`. A deviation is the largest difference of a tensor, relative to its largest value. Behind the first "
         "step "
         "up to a hundredth of a tensor's weights may be left out, for rounding decides whether a unit near zero is "
         "alive; how far they are apart is told. Without a passed certificate there is no verdict.\n\n" +
         certificates(results) + checks(results);
}

}  // namespace neural::bench::report
