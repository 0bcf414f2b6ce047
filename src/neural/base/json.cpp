#include "neural/base/json.hpp"

#include <fmt/format.h>

#include "neural/base/files.hpp"

namespace neural {
namespace {

// The library's parser does not recurse, but the destructor of a value does.
constexpr int kDeepest = 200;

}  // namespace

Expected<Json> parse_json(std::string_view text, std::string_view name) {
  bool too_deep = false;
  const auto guard = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > kDeepest;
    return !too_deep;
  };
  try {
    Json value = Json::parse(text.begin(), text.end(), guard);
    if (too_deep) return fail(ErrorCode::kCorrupt, fmt::format("{}: nested deeper than {}", name, kDeepest));
    return value;
  } catch (const nlohmann::json::parse_error& error) {
    return fail(ErrorCode::kCorrupt, fmt::format("{}: not JSON at byte {}", name, error.byte));
  } catch (const nlohmann::json::exception&) {
    return fail(ErrorCode::kCorrupt, fmt::format("{}: not JSON: a number is out of range", name));
  }
}

Expected<Json> read_json(const std::filesystem::path& path) {
  const std::string text = NEURAL_TRY(read_file(path));
  return parse_json(text, fmt::format("`{}`", path.string()));
}

std::string pretty_json(const Json& value) {
  return value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string compact_json(const Json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace neural
