#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "neural/base/text.hpp"
#include "neural/model/expand.hpp"

namespace neural::model {
namespace {

constexpr std::array<std::string_view, 5> kDevices = {"auto", "cpu", "gpu", "cuda", "tpu"};
constexpr std::size_t kMostDigits = 4;

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool is_index(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && text.size() <= kMostDigits && std::all_of(text.begin(), text.end(), is_digit);
}

/// `gpu1` and `gpu: 1` are meant for `gpu:1`.
std::string index_help(std::string_view device) {
  for (const std::string_view kind : kDevices) {
    if (kind == "auto" || !device.starts_with(kind)) continue;
    std::string_view index = device.substr(kind.size());
    if (index.starts_with(':')) index.remove_prefix(1);
    index = trim(index);
    if (is_index(index)) return fmt::format("did you mean `{}:{}`?", kind, index);
  }
  return {};
}

}  // namespace

std::optional<std::string> read_device(std::string_view text, syntax::Span span, Reporter& reporter) {
  const std::string device = lower_case(trim(text));
  const std::size_t colon = device.find(':');
  const std::string_view kind = std::string_view(device).substr(0, colon);
  const bool is_known = std::find(kDevices.begin(), kDevices.end(), kind) != kDevices.end();
  const bool has_index = colon != std::string::npos;
  if (is_known && (!has_index || (kind != "auto" && is_index(std::string_view(device).substr(colon + 1))))) {
    return device;
  }
  std::string help = index_help(device);
  if (help.empty() && !is_known) help = reporter.did_you_mean(kind, kDevices);
  if (help.empty()) help = "use `auto`, `cpu`, `gpu`, `cuda` or `tpu`; all but `auto` may have an index, as in `gpu:1`";
  reporter.add(syntax::Code::E211, span, fmt::format("{} is not a device", as_code(text)), help);
  return {};
}

}  // namespace neural::model
