#include "neural/bench/plan/nudge.hpp"

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "neural/base/files.hpp"
#include "neural/base/json.hpp"
#include "neural/bench/parity/npy.hpp"

namespace neural::bench::plan {
namespace {

namespace fs = std::filesystem;

/// The next number of the same sign is the next or previous integer of the same bits.
template <class Bits>
void nudge(char* bytes, int units, bool up) {
  constexpr Bits kWithoutSign = static_cast<Bits>(~Bits{0}) >> 1U;
  Bits bits = 0;
  std::memcpy(&bits, bytes, sizeof bits);
  const Bits distance = static_cast<Bits>(units);
  if ((bits & kWithoutSign) < distance) return;
  bits = up ? bits + distance : bits - distance;
  std::memcpy(bytes, &bits, sizeof bits);
}

Expected<std::string> nudged(const fs::path& file, int units, std::mt19937_64& generator) {
  const parity::Array array = NEURAL_TRY(parity::read_npy(file));
  std::string text = NEURAL_TRY(read_file(file));
  char* number = text.data() + (text.size() - array.bytes().size());
  const bool wide = array.precision() == parity::Precision::kFloat64;
  for (std::size_t i = 0; i < array.size(); ++i, number += wide ? 8 : 4) {
    const bool up = generator() % 2 == 0;
    wide ? nudge<std::uint64_t>(number, units, up) : nudge<std::uint32_t>(number, units, up);
  }
  return text;
}

}  // namespace

Status nudge_weights(const fs::path& from, const fs::path& to, int units, std::uint64_t seed) {
  const Json index = NEURAL_TRY(read_json(from / "index.json"));
  const auto trained = NEURAL_TRY(json_field<std::vector<std::string>>(index, "files", "the weights' index.json"));
  const auto others = NEURAL_TRY(json_field<std::vector<std::string>>(index, "state_files", "the weights' index.json"));
  NEURAL_TRY(make_folder(to));
  std::mt19937_64 generator(seed);
  for (const std::string& file : trained) {
    const std::string text = NEURAL_TRY(nudged(from / file, units, generator));
    NEURAL_TRY(write_file(to / file, text));
  }
  for (const std::string& file : others) {
    const std::string text = NEURAL_TRY(read_file(from / file));
    NEURAL_TRY(write_file(to / file, text));
  }
  return write_file(to / "index.json", pretty_json(index));
}

}  // namespace neural::bench::plan
