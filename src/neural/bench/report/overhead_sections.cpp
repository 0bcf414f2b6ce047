#include <fmt/format.h>

#include "neural/base/json_view.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/report/names.hpp"
#include "neural/bench/report/quantities.hpp"
#include "neural/bench/report/sections.hpp"

namespace neural::bench::report {
namespace {

std::string show_part(double percentage) {
  return percentage > 0 && percentage < 0.001 ? "< 0.001 %" : fmt::format("{:.3f} %", percentage);
}

std::string show_steps(double steps) {
  const auto count = static_cast<std::int64_t>(steps);
  return fmt::format("{} step{}", with_thousands(count), count == 1 ? "" : "s");
}

std::string compile_section(const Json& results) {
  Table table(with_subject_columns({{"Parse and check", Align::kRight},
                                    {"Generate code", Align::kRight},
                                    {"Together", Align::kRight},
                                    {"Of training time", Align::kRight},
                                    {"Cold process", Align::kRight},
                                    {"Repaid after", Align::kRight}}));
  for (const Json& result : list_at(results, {"results"})) {
    const Json& overhead = at(result, {"comparison", "compile_overhead"});
    table.add(with_subject(result, {show_if(number_at(overhead, {"parse_time"}), show_seconds),
                                    show_if(number_at(overhead, {"codegen_time"}), show_seconds),
                                    show_if(number_at(overhead, {"compile_time"}), show_seconds),
                                    show_if(number_at(overhead, {"percentage_of_training"}), show_part),
                                    show_if(number_at(overhead, {"cold_process_time"}), show_seconds),
                                    show_if(number_at(overhead, {"break_even_steps"}), show_steps)}));
  }
  return "## Compile overhead\n\n"
         "What the language itself costs, once a program: medians in a warm process, and one whole compiling process "
         "from its start to its end. Where training is faster: the steps after which the time they save has paid for "
         "compiling, and for a first step that takes longer.\n\n" +
         table.text();
}

std::string start_section(const Json& results) {
  Table table(with_subject_columns({{"Import, Neural", Align::kRight},
                                    {"Import, hand", Align::kRight},
                                    {"First step, Neural", Align::kRight},
                                    {"First step, hand", Align::kRight},
                                    {"Warm-up, Neural", Align::kRight},
                                    {"Warm-up, hand", Align::kRight}}));
  for (const Json& result : list_at(results, {"results"})) {
    std::vector<std::string> cells;
    for (const char* key : {"import_time", "first_step_time", "warmup_time"}) {
      for (const char* side : {"neural", "native"})
        cells.push_back(show_if(number_at(result, {side, key}), show_seconds));
    }
    table.add(with_subject(result, std::move(cells)));
  }
  return "## Import, first step and warm-up\n\n"
         "Medians over the processes. Outside training time: importing the framework and the program; the first "
         "step, where a framework builds its graphs; and the whole warm-up with it, which is as long as the slower of "
         "both sides needs until its steps take no longer than later ones.\n\n" +
         table.text();
}

}  // namespace

std::string overhead_sections(const Json& results) {
  return compile_section(results) + start_section(results);
}

}  // namespace neural::bench::report
