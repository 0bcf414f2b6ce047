#include "neural/data/array_cache.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "neural/base/files.hpp"
#include "neural/base/hashes.hpp"
#include "neural/data/npy.hpp"

namespace neural::data {
namespace {

namespace fs = std::filesystem;
using Arrays = std::map<std::string, Array>;

constexpr std::size_t kMostEntries = 8;
constexpr std::size_t kLongestName = 100;
/// Begins anew where what is kept changes its meaning.
constexpr int kVersion = 1;
/// Written last: an entry without it was cut short.
constexpr const char* kComplete = "complete";

/// Null where a file cannot be looked at; reading it will tell why.
std::optional<std::string> key_of(const std::vector<fs::path>& files, const std::string& use) {
  std::string text = fmt::format("{}\n{}\n", kVersion, use);
  for (const fs::path& file : files) {
    std::error_code error;
    const fs::path path = fs::canonical(file, error);
    struct stat info{};
    if (error || ::stat(path.c_str(), &info) != 0) return std::nullopt;
    text += fmt::format("{}\n{} {} {}.{:09}\n", path.string(), static_cast<std::uint64_t>(info.st_ino), info.st_size,
                        info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
  }
  constexpr std::size_t kDigits = 24;
  return sha256(text).substr(0, kDigits);
}

/// None where the entry is not there, or damaged.
std::optional<Arrays> recall(const fs::path& entry) {
  std::error_code error;
  if (!fs::exists(entry / kComplete, error)) return std::nullopt;
  Arrays arrays;
  for (fs::directory_iterator file(entry, error); !error && file != fs::directory_iterator(); file.increment(error)) {
    if (file->path().extension() != ".npy") continue;
    Expected<Array> array = read_npy(file->path());
    if (!array) return std::nullopt;
    arrays.emplace(file->path().stem().string(), *std::move(array));
  }
  if (error || arrays.empty()) return std::nullopt;
  fs::last_write_time(entry / kComplete, fs::file_time_type::clock::now(), error);
  return arrays;
}

Status keep(const fs::path& entry, const Arrays& arrays) {
  std::error_code error;
  fs::remove(entry / kComplete, error);
  NEURAL_TRY(make_folder(entry));
  for (const auto& [name, array] : arrays) NEURAL_TRY(write_npy(entry / (name + ".npy"), array));
  return write_file(entry / kComplete, "");
}

void forget_oldest(const fs::path& folder) {
  std::vector<std::pair<fs::file_time_type, fs::path>> entries;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    const fs::file_time_type used = fs::last_write_time(entry->path() / kComplete, error);
    if (!error) entries.emplace_back(used, entry->path());
    error.clear();
  }
  std::sort(entries.begin(), entries.end());
  for (std::size_t i = 0; i + kMostEntries < entries.size(); ++i) fs::remove_all(entries[i].second, error);
}

/// Names become names of files.
bool are_plain(const Arrays& arrays) {
  return std::all_of(arrays.begin(), arrays.end(), [](const auto& entry) {
    return !entry.first.empty() && entry.first.size() <= kLongestName && entry.first.front() != '.' &&
           entry.first.find('/') == std::string::npos && entry.first.find('\0') == std::string::npos;
  });
}

}  // namespace

Expected<Arrays> cached(const fs::path& folder, const std::vector<fs::path>& files, const std::string& use,
                        const std::function<Expected<Arrays>()>& read) {
  const std::optional<std::string> key = folder.empty() ? std::nullopt : key_of(files, use);
  if (key) {
    if (std::optional<Arrays> arrays = recall(folder / *key)) return *std::move(arrays);
  }
  Arrays arrays = NEURAL_TRY(read());
  if (!key || !are_plain(arrays)) return arrays;
  if (!keep(folder / *key, arrays)) {
    std::error_code ignored;
    fs::remove_all(folder / *key, ignored);
    return arrays;
  }
  forget_oldest(folder);
  // Mapped rather than in memory of its own: what the next process will have, and it counts once for all of them.
  std::optional<Arrays> mapped = recall(folder / *key);
  return mapped ? *std::move(mapped) : arrays;
}

}  // namespace neural::data
