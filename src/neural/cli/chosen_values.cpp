#include "neural/cli/chosen_values.hpp"

#include <fmt/format.h>

#include <utility>

#include "neural/base/text.hpp"
#include "neural/choose/choose.hpp"

namespace neural::cli {
namespace {

Expected<choose::Given> read_choices(const std::vector<std::string>& words) {
  choose::Given given;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (word == "defaults") {
      given.defaults = true;
    } else if (equals == std::string::npos || equals == 0) {
      return fail(ErrorCode::kUsage, fmt::format("`--choose` takes NAME=VALUE or `defaults`, got {}", as_code(word)),
                  "`neural inspect --json` lists the names of what is searched over");
    } else {
      given.choices.push_back({word.substr(0, equals), word.substr(equals + 1)});
    }
  }
  return given;
}

}  // namespace

void add_choose(CLI::App& app, std::vector<std::string>& words) {
  app.add_option("--choose", words,
                 "A value for what the program searches over, NAME=VALUE; `defaults` is the first alternatives and the "
                 "low ends of what is not named. Repeat it for each")
      ->allow_extra_args(false);
}

Expected<CheckedFile> check_chosen(const std::string& path, const std::optional<std::string>& network,
                                   const std::vector<std::string>& words) {
  CheckedFile file = NEURAL_TRY(check_source(path));
  const model::Model* model = NEURAL_TRY(choose_network(file, network));
  if (words.empty() || model == nullptr || file.diagnostics.has_errors()) return file;
  const choose::Given given = NEURAL_TRY(read_choices(words));
  const choose::Space space = choose::space_of(file.source, model->search);
  choose::Chosen chosen = NEURAL_TRY(choose::choose(file.source, space, given));
  CheckedFile result = check_text(syntax::SourceText(file.source.name(), std::move(chosen.text)));
  result.sha256 = file.sha256;
  for (const choose::Choice& each : chosen.choices) result.chosen.push_back(each.name + " = " + each.value);
  return result;
}

}  // namespace neural::cli
