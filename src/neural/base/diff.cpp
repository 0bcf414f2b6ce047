#include "neural/base/diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace neural {
namespace {

using Lines = std::vector<std::string_view>;

constexpr std::ptrdiff_t kMostEdits = 2000;
constexpr std::size_t kContext = 3;

/// The lines of a text with their line ends.
Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

/// One line of the result: `mark` is ' ', '-' or '+'.
struct Edit {
  char mark;
  std::string_view line;
};

/// The shortest script of E. W. Myers, "An O(ND) difference algorithm and its variations" (1986): reach[k] is how far
/// into `before` the furthest path on diagonal k comes with d edits; what it was for each d leads the way back.
class ShortestEdits {
 public:
  ShortestEdits(const Lines& before, const Lines& after)
      : before_(before),
        after_(after),
        rows_(static_cast<std::ptrdiff_t>(before.size())),
        columns_(static_cast<std::ptrdiff_t>(after.size())) {}

  std::vector<Edit> run() {
    const std::ptrdiff_t most = std::min(rows_ + columns_, kMostEdits);
    std::vector<std::ptrdiff_t> reach(static_cast<std::size_t>(2 * most + 3));
    for (std::ptrdiff_t d = 0; d <= most; ++d) {
      for (std::ptrdiff_t k = -d; k <= d; k += 2) {
        // Where the path of d - 1 edits that comes further goes on: down takes a line in, right leaves one out.
        const auto at = [&](std::ptrdiff_t diagonal) -> std::ptrdiff_t& {
          return reach[static_cast<std::size_t>(diagonal + most + 1)];
        };
        std::ptrdiff_t row = d == 0 ? 0 : goes_down(at(k - 1), at(k + 1), k, d) ? at(k + 1) : at(k - 1) + 1;
        while (row < rows_ && row - k < columns_ && same(row, row - k)) ++row;
        at(k) = row;
        if (row >= rows_ && row - k >= columns_) return way_back(d, k);
      }
      const auto first = reach.begin() + (most + 1 - d);
      history_.emplace_back(first, first + 2 * d + 1);
    }
    return replace_all();
  }

 private:
  static bool goes_down(std::ptrdiff_t left, std::ptrdiff_t right, std::ptrdiff_t k, std::ptrdiff_t d) {
    return k == -d || (k != d && left < right);
  }
  bool same(std::ptrdiff_t row, std::ptrdiff_t column) const {
    return before_[static_cast<std::size_t>(row)] == after_[static_cast<std::size_t>(column)];
  }

  std::vector<Edit> way_back(std::ptrdiff_t d, std::ptrdiff_t k) const {
    std::vector<Edit> edits;
    std::ptrdiff_t row = rows_;
    const auto keep_down_to = [&](std::ptrdiff_t begin) {
      while (row > begin) edits.push_back({' ', before_[static_cast<std::size_t>(--row)]});
    };
    for (; d > 0; --d) {
      const std::vector<std::ptrdiff_t>& reach = history_[static_cast<std::size_t>(d - 1)];
      const auto at = [&](std::ptrdiff_t diagonal) {
        const std::ptrdiff_t index = diagonal + d - 1;
        return index < 0 || index >= static_cast<std::ptrdiff_t>(reach.size()) ? -1
                                                                               : reach[static_cast<std::size_t>(index)];
      };
      if (goes_down(at(k - 1), at(k + 1), k, d)) {
        ++k;
        keep_down_to(at(k));
        edits.push_back({'+', after_[static_cast<std::size_t>(row - k)]});
      } else {
        --k;
        keep_down_to(at(k) + 1);
        edits.push_back({'-', before_[static_cast<std::size_t>(--row)]});
      }
    }
    keep_down_to(0);
    std::reverse(edits.begin(), edits.end());
    return edits;
  }

  std::vector<Edit> replace_all() const {
    std::vector<Edit> edits;
    for (const std::string_view line : before_) edits.push_back({'-', line});
    for (const std::string_view line : after_) edits.push_back({'+', line});
    return edits;
  }

  const Lines& before_;
  const Lines& after_;
  std::ptrdiff_t rows_;
  std::ptrdiff_t columns_;
  std::vector<std::vector<std::ptrdiff_t>> history_;  ///< reach[-d … d] for each d
};

std::vector<Edit> edits_between(Lines before, Lines after) {
  const auto [first, first_after] = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
  const auto begin = first - before.begin();
  std::ptrdiff_t end = 0;
  const std::ptrdiff_t most = static_cast<std::ptrdiff_t>(std::min(before.size(), after.size())) - begin;
  while (end < most && before.end()[-1 - end] == after.end()[-1 - end]) ++end;

  const Lines middle_before(first, before.end() - end);
  const Lines middle_after(first_after, after.end() - end);
  std::vector<Edit> edits;
  for (auto line = before.begin(); line != first; ++line) edits.push_back({' ', *line});
  for (const Edit& edit : ShortestEdits(middle_before, middle_after).run()) edits.push_back(edit);
  for (auto line = before.end() - end; line != before.end(); ++line) edits.push_back({' ', *line});
  return edits;
}

std::size_t next_change(const std::vector<Edit>& edits, std::size_t at) {
  while (at < edits.size() && edits[at].mark == ' ') ++at;
  return at;
}

/// Behind the context of the last change that is near enough to the one before it.
std::size_t hunk_end(const std::vector<Edit>& edits, std::size_t change) {
  for (std::size_t next = change; next < edits.size(); next = next_change(edits, change + 1)) {
    if (next > change + 2 * kContext + 1) break;
    change = next;
  }
  return std::min(change + 1 + kContext, edits.size());
}

/// How far both texts have been read.
struct Place {
  std::size_t before = 0;
  std::size_t after = 0;

  void pass(const Edit& edit) {
    before += edit.mark == '+' ? 0 : 1;
    after += edit.mark == '-' ? 0 : 1;
  }
};

/// "12,3": the first line and how many; an empty range names the line before it.
std::string range(std::size_t begin, std::size_t end) {
  return fmt::format("{},{}", begin + (end > begin ? 1 : 0), end - begin);
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after, std::string_view name_before,
                         std::string_view name_after) {
  if (before == after) return {};
  const std::vector<Edit> edits = edits_between(lines_of(before), lines_of(after));
  std::string out = fmt::format("--- {}\n+++ {}\n", name_before, name_after);
  Place place;
  std::size_t at = 0;
  for (std::size_t change = next_change(edits, 0); change < edits.size(); change = next_change(edits, at)) {
    const std::size_t end = hunk_end(edits, change);
    for (; at + kContext < change; ++at) place.pass(edits[at]);
    const Place begin = place;
    std::string lines;
    for (; at < end; ++at) {
      place.pass(edits[at]);
      lines += edits[at].mark;
      lines += edits[at].line;
      if (!lines.ends_with('\n')) lines += "\n\\ No newline at end of file\n";
    }
    out += fmt::format("@@ -{} +{} @@\n", range(begin.before, place.before), range(begin.after, place.after));
    out += lines;
  }
  return out;
}

}  // namespace neural
