#include "neural/emit/text/changes.hpp"

#include <charconv>

namespace neural::emit {

bool add_change(Changes& changes, std::string_view text) {
  constexpr std::string_view kThreads = "threads=";
  if (text == "fused_optimizer") return changes.fused_optimizer = true;
  if (text == "channels_last") return changes.channels_last = true;
  if (text == "xla") return changes.xla = true;
  if (!text.starts_with(kThreads)) return false;
  text.remove_prefix(kThreads.size());
  int threads = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), threads);
  if (error != std::errc() || end != text.data() + text.size() || threads < 1 || threads > kMostThreads) return false;
  changes.threads = threads;
  return true;
}

std::vector<std::string> names_of(const Changes& changes) {
  std::vector<std::string> names;
  if (changes.fused_optimizer) names.emplace_back("fused_optimizer");
  if (changes.channels_last) names.emplace_back("channels_last");
  if (changes.xla) names.emplace_back("xla");
  if (changes.threads > 0) names.push_back("threads=" + std::to_string(changes.threads));
  return names;
}

}  // namespace neural::emit
