#include "neural/cli/program_source.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "neural/base/files.hpp"
#include "neural/base/hashes.hpp"
#include "neural/base/text.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/model/check.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::cli {
namespace {

constexpr std::size_t kMostListed = 6;

/// For the help line: all names if they are few, else the nearest ones.
std::string names_instead(const std::string& name, const std::vector<std::string>& known) {
  std::vector<std::string> shown = known;
  if (known.size() > kMostListed) {
    const std::vector<std::string_view> candidates(known.begin(), known.end());
    shown = nearest(name, candidates);
    if (!shown.empty()) return fmt::format("did you mean `{}`?", join(shown, "` or `"));
    shown.assign(known.begin(), known.begin() + kMostListed);
    shown.emplace_back("…");
  }
  return fmt::format("it defines: {}", join(shown, ", "));
}

}  // namespace

Expected<syntax::SourceText> read_source(const std::string& path) {
  // One byte more than the language allows, so that the parser can say what is wrong with a longer file.
  constexpr std::size_t kEnough = syntax::kLongestSource + 1;
  if (path == "-") return syntax::SourceText("<stdin>", NEURAL_TRY(read_standard_input(kEnough)));
  std::string text = NEURAL_TRY(read_beginning(path, kEnough));
  return syntax::SourceText(path, std::move(text));
}

CheckedFile check_text(syntax::SourceText source) {
  CheckedFile file{std::move(source), {}, {}, {}, {}, {}, {}};
  const syntax::File tree = syntax::parse_file(file.source, file.diagnostics);
  file.network_addresses = model::network_addresses(tree);
  file.networks = model::check_file(tree, file.source, file.diagnostics);
  file.research = model::research_by_network(tree);
  file.sha256 = sha256(file.source.text());
  return file;
}

Expected<CheckedFile> check_source(const std::string& path) {
  return check_text(NEURAL_TRY(read_source(path)));
}

void print_diagnostics(const CheckedFile& file) {
  const std::string text = render_text(file.source, file.diagnostics, {.color = wants_color(stderr)});
  std::fputs(text.c_str(), stderr);
}

Expected<const model::Model*> choose_network(const CheckedFile& file, const std::optional<std::string>& name) {
  const std::vector<std::string>& known = file.network_addresses;
  if (known.empty()) {
    if (!file.diagnostics.has_errors()) {
      return fail(ErrorCode::kUsage, fmt::format("`{}` defines no network", printable(file.source.name())));
    }
    return nullptr;
  }
  std::size_t index = 0;
  if (name) {
    while (index < known.size() && known[index] != *name) ++index;
    if (index == known.size()) {
      return fail(ErrorCode::kUsage,
                  fmt::format("`{}` defines no network `{}`", printable(file.source.name()), printable(*name)),
                  names_instead(*name, known));
    }
  }
  return file.networks[index] ? &*file.networks[index] : nullptr;
}

}  // namespace neural::cli
