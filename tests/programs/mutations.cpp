#include "mutations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "mutation_sites.hpp"
#include "neural/base/text.hpp"
#include "neural/model/catalogue/catalogue.hpp"

namespace neural::programs {
namespace {

using syntax::Span;

/// How many mutants of a kind a program gives.
constexpr std::size_t kTypos = 3;
constexpr std::size_t kOthers = 4;

std::uint32_t line_at(const syntax::SourceText& source, std::size_t offset) {
  return source.position(static_cast<std::uint32_t>(offset)).line;
}

/// But for a comment.
bool is_empty(std::string_view line) {
  const std::string_view text = trim(line);
  return text.empty() || text.starts_with('#') || text.starts_with("//");
}

/// One wrong letter: left out, put in, replaced, or exchanged with the next.
std::string with_typo(std::string name, Dice& dice) {
  const std::size_t at = dice.below(name.size());
  const char letter = static_cast<char>('a' + dice.below(26));
  switch (dice.below(4)) {
    case 0:
      if (name.size() > 1) name.erase(at, 1);
      break;
    case 1:
      name.insert(at, 1, letter);
      break;
    case 2:
      name[at] = letter;
      break;
    default:
      if (at + 1 < name.size()) std::swap(name[at], name[at + 1]);
      break;
  }
  return name;
}

/// The head of a layer as messages call it, and as it is written.
void add_head(const syntax::Item& item, std::vector<std::string>& names) {
  const auto* layer = std::get_if<syntax::LayerExpression>(&item.data);
  if (layer == nullptr) {
    names.push_back(std::get<syntax::Branch>(item.data).label.text);
    return;
  }
  const auto* call = std::get_if<syntax::Call>(&layer->callee);
  if (call == nullptr) {
    names.emplace_back("HPO");
    return;
  }
  names.push_back(call->name.text);
  if (const auto found = model::layer_names().find(call->name.text)) names.emplace_back(found.row->name);
}

class Mutator {
 public:
  Mutator(const Checked& program, Dice& dice) : program_(program), sites_(sites_of(program)), dice_(dice) {}

  std::vector<Mutant> all() {
    typos();
    wrong_types();
    brackets();
    numbers_out_of_range();
    layers();
    missing_arguments();
    sections();
    commas();
    return std::move(mutants_);
  }

 private:
  std::string_view text(Span span) const { return program_.source.text(span); }

  /// Some of the sites, in random order.
  template <class Site>
  std::vector<Site> some(std::vector<Site> sites, std::size_t count) {
    for (std::size_t i = 0; i < sites.size() && i < count; ++i) {
      std::swap(sites[i], sites[i + dice_.below(sites.size() - i)]);
    }
    if (sites.size() > count) sites.resize(count);
    return sites;
  }

  /// The program with something else at `span`; the lines of the edit are noted.
  Mutant& edit(const std::string& kind, Span span, const std::string& by) {
    const std::string_view before = program_.source.text();
    Mutant mutant;
    mutant.kind = kind;
    mutant.text = std::string(before.substr(0, span.begin)) + by + std::string(before.substr(span.end));
    const syntax::SourceText after(program_.source.name(), mutant.text);
    const std::uint32_t first = line_at(after, span.begin);
    const std::uint32_t last = line_at(after, span.begin + by.size());
    for (std::uint32_t line = first; line <= last; ++line) mutant.lines.push_back(line);
    // What stood alone in its line is missed at the end of the line before.
    if (first > 1 && is_empty(after.line(first))) mutant.lines.push_back(first - 1);
    const auto cut = [](std::string_view all) { return std::string(all.substr(0, 60)); };
    mutant.what = fmt::format("{}:{}: `{}` -> `{}`", program_.source.name(), first, cut(text(span)), cut(by));
    mutants_.push_back(std::move(mutant));
    return mutants_.back();
  }

  void typos() {
    std::map<std::string, std::vector<NameSite>> by_role;
    for (const NameSite& site : sites_.names) by_role[site.role].push_back(site);
    for (const auto& [role, sites] : by_role) {
      for (const NameSite& site : some(sites, kTypos)) {
        const std::string name(text(site.span));
        const std::string wrong = with_typo(name, dice_);
        if (wrong == name) continue;
        Mutant& mutant = edit("typo: " + role, site.span, wrong);
        mutant.names = {name, wrong};
        mutant.original = name;
      }
    }
  }

  void wrong_types() {
    using Kind = ValueSite::Kind;
    constexpr std::array<std::string_view, 4> kValues = {"7", "\"many\"", "(1, 2, 3)", "several"};
    constexpr std::array<std::string_view, 2> kNoTuples = {"\"many\"", "several"};
    for (const ValueSite& site : some(sites_.values, kOthers)) {
      std::string_view by = site.kind == Kind::kTuple ? kNoTuples[dice_.below(2)] : kValues[dice_.below(4)];
      if (site.kind == Kind::kNumber && by == kValues[0]) by = "true";
      note_block(edit("wrong type", site.span, std::string(by)), site);
    }
  }

  /// What a value does to the shape of a block is told of the layer that has the block.
  static void note_block(Mutant& mutant, const ValueSite& site) {
    if (!site.block.empty()) mutant.names.push_back(site.block);
  }

  void brackets() {
    for (const BracketSite& site : some(sites_.brackets, kOthers))
      note_partner(edit("missing bracket", site.span, ""), site);
    for (const BracketSite& site : some(sites_.brackets, kOthers)) {
      note_partner(edit("extra bracket", {site.span.end, site.span.end}, std::string(text(site.span))), site);
    }
  }

  void note_partner(Mutant& mutant, const BracketSite& site) {
    mutant.lines.push_back(line_at(program_.source, site.partner.begin));
    if (site.around.end > 0) mutant.lines.push_back(line_at(program_.source, site.around.begin));
  }

  void numbers_out_of_range() {
    constexpr std::array<std::string_view, 5> kNumbers = {"-3", "0", "4000000000000000", "1.5", "2"};
    std::vector<ValueSite> numbers;
    for (const ValueSite& site : sites_.values) {
      if (site.kind == ValueSite::Kind::kNumber) numbers.push_back(site);
    }
    for (const ValueSite& site : some(numbers, kOthers)) {
      const std::string_view by = kNumbers[dice_.below(kNumbers.size())];
      if (by != text(site.span)) note_block(edit("number out of range", site.span, std::string(by)), site);
    }
  }

  void layers() {
    for (const SequenceSite& site : some(sites_.sequences, kOthers)) {
      if (site.items.size() >= 2) swap_in(site, dice_.below(site.items.size() - 1));
    }
    for (const SequenceSite& site : some(sites_.sequences, kOthers)) remove_from(site, dice_.below(site.items.size()));
  }

  void swap_in(const SequenceSite& site, std::size_t at) {
    const syntax::Item& one = *site.items[at];
    const syntax::Item& other = *site.items[at + 1];
    const std::string between(text({one.span.end, other.span.begin}));
    Mutant& mutant = edit("swapped layers", cover(one.span, other.span),
                          std::string(text(other.span)) + between + std::string(text(one.span)));
    involve(mutant, site, at, at + 1);
  }

  void remove_from(const SequenceSite& site, std::size_t at) {
    involve(edit("removed layer", site.items[at]->span, ""), site, at, at);
  }

  void involve(Mutant& mutant, const SequenceSite& site, std::size_t first, std::size_t last) {
    mutant.names.push_back(site.owner);
    if (site.behind != nullptr) add_head(*site.behind, mutant.names);
    for (std::size_t i = first == 0 ? 0 : first - 1; i <= last + 1 && i < site.items.size(); ++i) {
      add_head(*site.items[i], mutant.names);
    }
  }

  void missing_arguments() {
    for (const ArgumentSite& site : some(sites_.arguments, kOthers)) {
      const auto& arguments = site.call->arguments;
      Span span = arguments[site.index].span;
      if (site.index + 1 < arguments.size()) {
        span.end = arguments[site.index + 1].span.begin;
      } else if (site.index > 0) {
        span.begin = arguments[site.index - 1].span.end;
      }
      edit("missing argument", span, "").names = {site.call->name.text};
    }
  }

  void sections() {
    for (const Span section : some(sites_.sections, kOthers / 2)) {
      edit("section given twice", {section.end, section.end}, "\n" + std::string(text(section)) + "\n");
    }
  }

  void commas() {
    for (const Span comma : some(sites_.commas, kOthers)) edit("missing comma", comma, "");
  }

  const Checked& program_;
  Sites sites_;
  Dice& dice_;
  std::vector<Mutant> mutants_;
};

}  // namespace

std::vector<Mutant> mutants_of(const Checked& program, Dice& dice) {
  return Mutator(program, dice).all();
}

}  // namespace neural::programs
