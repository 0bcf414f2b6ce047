// Changes inputs by words, not by bytes, so that most of them stay near a program. Works on texts as they are, without
// the lexer that is under test.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "words.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace neural::fuzz {
namespace {

using Pieces = std::vector<std::string_view>;

bool is_word_part(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Words and numbers, runs of blanks, strings and comments, and single other bytes.
Pieces cut(std::string_view text) {
  Pieces pieces;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    const auto run = [&](auto belongs) {
      while (end < text.size() && belongs(text[end])) ++end;
    };
    if (is_word_part(text[at])) {
      run(is_word_part);
    } else if (is_blank(text[at])) {
      run(is_blank);
    } else if (text[at] == '#') {
      run([](char c) { return c != '\n'; });
    } else if (text[at] == '"' || text[at] == '\'') {
      const std::size_t close = text.find_first_of(std::string{text[at], '\n'}, end);
      end = close == std::string_view::npos ? text.size() : close + 1;
    }
    pieces.push_back(text.substr(at, end - at));
    at = end;
  }
  return pieces;
}

class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  /// Something taken away.
  std::string shrunk(std::string_view text) {
    Pieces pieces = cut(text);
    for (std::size_t count = 1 + below(3); count > 0; --count) {
      const auto [first, last] = part_of(pieces);
      pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(first),
                   pieces.begin() + static_cast<std::ptrdiff_t>(below(4) == 0 ? std::min(first + 1, last) : last));
    }
    return joined(pieces);
  }

  std::string mutated(std::string_view text) {
    Pieces pieces = cut(text);
    for (std::size_t count = 1 + below(4); count > 0; --count) change(pieces);
    return joined(pieces);
  }

  /// A part of `other` put into `text`, or in the place of a part of it.
  std::string spliced(std::string_view text, std::string_view other) {
    Pieces pieces = cut(text);
    const Pieces donor = cut(other);
    const auto [from, to] = part_of(donor);
    const auto [first, last] = below(2) == 0 ? part_of(pieces) : std::pair(place_in(pieces), std::size_t{0});
    const auto begin = pieces.begin() + static_cast<std::ptrdiff_t>(first);
    const auto rest = last > first ? pieces.erase(begin, pieces.begin() + static_cast<std::ptrdiff_t>(last)) : begin;
    pieces.insert(rest, donor.begin() + static_cast<std::ptrdiff_t>(from),
                  donor.begin() + static_cast<std::ptrdiff_t>(to));
    return joined(pieces);
  }

 private:
  using Part = std::pair<std::size_t, std::size_t>;

  std::size_t below(std::size_t end) { return end == 0 ? 0 : random_() % end; }
  std::size_t place_in(const Pieces& pieces) { return below(pieces.size() + 1); }
  std::string_view word() { return words()[below(words().size())]; }

  /// A bracket with all up to the one that closes it, and often the words before it; else a few pieces.
  Part part_of(const Pieces& pieces) {
    if (pieces.empty()) return {0, 0};
    const std::size_t first = below(pieces.size());
    if (below(3) == 0) return {first, std::min(pieces.size(), first + 1 + below(8))};
    std::size_t at = first;
    int depth = 0;
    for (; at < pieces.size(); ++at) {
      const char c = pieces[at].front();
      if (c == '(' || c == '{' || c == '[') ++depth;
      if (c != ')' && c != '}' && c != ']') continue;
      if (--depth <= 0) break;
    }
    return {first, std::min(pieces.size(), at + 1)};
  }

  void change(Pieces& pieces) {
    const auto at = [&](std::size_t place) { return pieces.begin() + static_cast<std::ptrdiff_t>(place); };
    if (pieces.empty()) {
      pieces.push_back(word());
      return;
    }
    const auto [first, last] = part_of(pieces);
    const Pieces part(at(first), at(last));
    switch (below(9)) {
      case 0:
        pieces.erase(at(first), at(last));
        break;
      case 1:
        pieces.insert(at(last), part.begin(), part.end());
        break;
      case 2:
        pieces.insert(at(place_in(pieces)), part.begin(), part.end());
        break;
      case 3:
        std::swap(pieces[first], pieces[below(pieces.size())]);
        break;
      case 4:
        pieces.erase(at(first));
        break;
      case 5:
        pieces[first] = word();
        break;
      case 6:
        pieces.insert(at(first), {word(), " "});
        break;
      case 7: {
        constexpr std::string_view kPairs[] = {"()", "{}", "[]", "\"\"", "''"};
        const std::string_view pair = kPairs[below(std::size(kPairs))];
        pieces.insert(at(last), pair.substr(1));
        pieces.insert(at(first), pair.substr(0, 1));
        break;
      }
      default:
        replace_alike(pieces);
    }
  }

  /// A name by a name, a number by a number: what stays a program.
  void replace_alike(Pieces& pieces) {
    const std::size_t place = below(pieces.size());
    const auto class_of = [](std::string_view piece) {
      const char c = piece.front();
      return c >= '0' && c <= '9' ? 0 : c >= 'A' && c <= 'Z' ? 1 : is_word_part(c) ? 2 : is_blank(c) ? 3 : 4;
    };
    for (std::size_t tries = 20; tries > 0; --tries) {
      const std::string_view candidate = below(2) == 0 ? word() : pieces[below(pieces.size())];
      if (class_of(candidate) != class_of(pieces[place])) continue;
      pieces[place] = candidate;
      return;
    }
  }

  static std::string joined(const Pieces& pieces) {
    std::string text;
    for (const std::string_view piece : pieces) text += piece;
    return text;
  }

  std::minstd_rand random_;
};

/// A finding is being made small: every other change would be in vain.
bool only_shrinks = false;

std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

std::size_t put(const std::string& text, std::uint8_t* out, std::size_t most) {
  const std::size_t size = std::min(text.size(), most);
  std::memcpy(out, text.data(), size);
  return size;
}

}  // namespace
}  // namespace neural::fuzz

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  for (int i = 1; i < *count; ++i) {
    if (std::string_view((*arguments)[i]).starts_with("-minimize_crash")) neural::fuzz::only_shrinks = true;
  }
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  using namespace neural::fuzz;
  if (only_shrinks && seed % 5 != 0) return put(Mutator(seed).shrunk(text_of(data, size)), data, max_size);
  if (seed % 5 == 0) return LLVMFuzzerMutate(data, size, max_size);
  return put(Mutator(seed).mutated(text_of(data, size)), data, max_size);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data1, std::size_t size1,
                                                 const std::uint8_t* data2, std::size_t size2, std::uint8_t* out,
                                                 std::size_t max_out_size, unsigned seed) {
  using namespace neural::fuzz;
  return put(Mutator(seed).spliced(text_of(data1, size1), text_of(data2, size2)), out, max_out_size);
}
