#include "neural/syntax/words.hpp"

#include <array>

namespace neural::syntax {
namespace {

struct WordRow {
  Word word;
  std::string_view spelling;
};

constexpr std::array kRows = {
#define NEURAL_WORD(meaning, spelling) WordRow{Word::meaning, spelling},
#include "neural/syntax/words.def"
#undef NEURAL_WORD
};

constexpr std::size_t kLongest = 16;
constexpr std::size_t kMostOfOneLength = 6;

/// The rows of each length, so that most names are told apart by their length and first letter.
struct ByLength {
  std::array<std::array<WordRow, kMostOfOneLength>, kLongest + 1> rows{};
  std::array<std::size_t, kLongest + 1> counts{};
};

constexpr ByLength kByLength = [] {
  ByLength all;
  for (const WordRow& row : kRows) {
    const std::size_t length = row.spelling.size();
    all.rows[length][all.counts[length]++] = row;
  }
  return all;
}();

/// `lower` is in lower case; true for the same letters in any case.
bool equals_in_any_case(std::string_view name, std::string_view lower) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    if ((name[i] | 0x20) != lower[i]) return false;
  }
  return true;
}

Word literal_of(std::string_view name) {
  const char first = static_cast<char>(name[0] | 0x20);
  if (name.size() == 5) return first == 'f' && equals_in_any_case(name, "false") ? Word::kFalse : Word::kName;
  if (first == 't' && equals_in_any_case(name, "true")) return Word::kTrue;
  if (first == 'n' && equals_in_any_case(name, "none")) return Word::kNone;
  return Word::kName;
}

template <std::size_t N>
constexpr auto spellings_between(Word first, Word last) {
  std::array<std::string_view, N> found{};
  std::size_t count = 0;
  for (const WordRow& row : kRows) {
    if (row.word >= first && row.word <= last) found[count++] = row.spelling;
  }
  return found;
}

constexpr auto kSections = spellings_between<9>(Word::kInput, Word::kExecution);
constexpr auto kTopLevel = spellings_between<3>(Word::kNetwork, Word::kResearch);
static_assert(!kSections.back().empty() && !kTopLevel.back().empty());

}  // namespace

Word word_of(std::string_view name) {
  const std::size_t length = name.size();
  if (length > kLongest) return Word::kName;
  for (std::size_t i = 0; i < kByLength.counts[length]; ++i) {
    const WordRow& row = kByLength.rows[length][i];
    if (row.spelling[0] == name[0] && row.spelling == name) return row.word;
  }
  return length == 4 || length == 5 ? literal_of(name) : Word::kName;
}

std::span<const std::string_view> section_spellings() {
  return kSections;
}
std::span<const std::string_view> top_level_spellings() {
  return kTopLevel;
}

}  // namespace neural::syntax
