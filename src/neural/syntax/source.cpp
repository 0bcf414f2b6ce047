#include "neural/syntax/source.hpp"

#include <algorithm>

#include "neural/base/text.hpp"

namespace neural::syntax {
namespace {

constexpr std::size_t kBlock = 4096;

}  // namespace

SourceText::SourceText(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text)) {
  std::size_t before = 0;
  for (std::size_t begin = 0; begin <= text_.size(); begin += kBlock) {
    code_points_before_block_.push_back(static_cast<std::uint32_t>(before));
    before += code_points(std::string_view(text_).substr(begin, kBlock));
  }
  line_begins_.push_back(0);
  for (std::size_t i = 0; i < text_.size(); ++i) {
    // CR, LF and CRLF each end one line.
    if (text_[i] == '\r' && i + 1 < text_.size() && text_[i + 1] == '\n') continue;
    if (text_[i] == '\n' || text_[i] == '\r') line_begins_.push_back(static_cast<std::uint32_t>(i + 1));
  }
}

Position SourceText::position(std::uint32_t offset) const {
  const auto after = std::upper_bound(line_begins_.begin(), line_begins_.end(), offset);
  const auto line = static_cast<std::uint32_t>(after - line_begins_.begin());
  std::uint32_t begin = line_begins_[line - 1];
  if (begin == 0 && text().starts_with("\xEF\xBB\xBF")) begin = std::min<std::uint32_t>(3, offset);
  return {line, code_points_before(offset) - code_points_before(begin) + 1};
}

std::uint32_t SourceText::code_points_before(std::uint32_t offset) const {
  const std::size_t block = offset / kBlock;
  const std::size_t begin = block * kBlock;
  return code_points_before_block_[block] +
         static_cast<std::uint32_t>(code_points(text().substr(begin, offset - begin)));
}

std::string_view SourceText::line(std::uint32_t line) const {
  const std::uint32_t begin = line_begins_[line - 1];
  std::string_view found =
      line < line_begins_.size() ? text().substr(begin, line_begins_[line] - begin) : text().substr(begin);
  while (!found.empty() && (found.back() == '\n' || found.back() == '\r')) found.remove_suffix(1);
  if (begin == 0 && found.starts_with("\xEF\xBB\xBF")) found.remove_prefix(3);
  return found;
}

}  // namespace neural::syntax
