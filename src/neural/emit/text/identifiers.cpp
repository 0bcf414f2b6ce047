#include "neural/emit/text/identifiers.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_set>
#include <vector>

#include "neural/base/text.hpp"

namespace neural::emit {
namespace {

/// Keywords, and with soft keywords and builtins, of Python 3.11 to 3.14.
constexpr std::string_view kPythonKeywords =
    "False None True and as assert async await break class continue def del elif else except finally for from "
    "global if import in is lambda nonlocal not or pass raise return try while with yield";
constexpr std::string_view kPythonWords =
    "case match type abs "
    "aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex "
    "copyright credits delattr dict dir divmod enumerate eval exec exit filter float format frozenset getattr "
    "globals hasattr hash help hex id input int isinstance issubclass iter len license list locals map max "
    "memoryview min next object oct open ord pow print property quit range repr reversed round set setattr slice "
    "sorted staticmethod str sum super tuple vars zip ArithmeticError AssertionError AttributeError "
    "BaseException BaseExceptionGroup BlockingIOError BrokenPipeError BufferError BytesWarning ChildProcessError "
    "ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError DeprecationWarning "
    "EOFError Ellipsis EncodingWarning EnvironmentError Exception ExceptionGroup FileExistsError "
    "FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError ImportWarning "
    "IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError "
    "MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplemented NotImplementedError OSError "
    "OverflowError PendingDeprecationWarning PermissionError ProcessLookupError PythonFinalizationError "
    "RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration "
    "SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError TypeError UnboundLocalError "
    "UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning "
    "ValueError Warning ZeroDivisionError";

constexpr std::size_t kLongest = 40;  // leaves room for a suffix, and for the rest of a line

std::unordered_set<std::string> set_of(std::string_view words) {
  std::vector<std::string> list = split(words, ' ');
  return {std::make_move_iterator(list.begin()), std::make_move_iterator(list.end())};
}

bool is_python_keyword(const std::string& word) {
  static const std::unordered_set<std::string> words = set_of(kPythonKeywords);
  return words.contains(word);
}

bool is_python_word(const std::string& word) {
  static const std::unordered_set<std::string> words = set_of(kPythonWords);
  return words.contains(word) || is_python_keyword(word);
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_word(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
}
char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// Words of letters and digits joined by single underscores; runs of other characters, and underscores, separate them.
/// A leading underscore would make a name private, and two would mangle it inside a class.
std::string sanitised(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const char kept = is_word(c) ? c : '_';
    if (kept == '_' && (out.empty() || out.back() == '_')) continue;
    if (out.size() == kLongest) break;
    out += kept;
  }
  while (out.ends_with('_')) out.pop_back();
  return out;
}

}  // namespace

bool is_python_name(std::string_view text) {
  return !text.empty() && (is_letter(text.front()) || text.front() == '_') &&
         std::all_of(text.begin(), text.end(), is_word) && !is_python_keyword(std::string(text));
}

std::string Identifiers::variable(std::string_view name, std::string_view fallback) {
  std::string word = sanitised(name);
  if (word.empty()) word = fallback;
  if (!is_letter(word.front())) word = sanitised(std::string(fallback) + "_" + word);
  return unique(std::move(word));
}

std::string Identifiers::class_name(std::string_view name, std::string_view fallback) {
  std::string word;
  bool begins = true;
  for (const char c : sanitised(name)) {
    if (c != '_') word += begins ? upper(c) : c;
    begins = c == '_';
  }
  if (word.empty() || !is_letter(word.front())) word = std::string(fallback) + word;
  return unique(std::move(word));
}

bool Identifiers::is_reserved(std::string_view name) const {
  return std::find(reserved_.begin(), reserved_.end(), name) != reserved_.end();
}

std::string Identifiers::unique(std::string name) {
  const auto [found, is_new] = taken_.try_emplace(name, 0);
  if (is_new && !is_python_word(name) && !is_reserved(name)) return name;
  std::string candidate;
  do {
    candidate = name + "_" + std::to_string(++found->second);
  } while (taken_.contains(candidate) || is_reserved(candidate));
  taken_.emplace(candidate, 0);
  return candidate;
}

}  // namespace neural::emit
