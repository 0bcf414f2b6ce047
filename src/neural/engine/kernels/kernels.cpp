#include "neural/engine/kernels/kernels.hpp"

#include <array>
#include <utility>

namespace neural::engine {

// One for each file compiled with its instructions.
namespace portable {
extern const Kernels kKernels;
}
#if defined(__x86_64__)
namespace avx2 {
extern const Kernels kKernels;
}
namespace avx512 {
extern const Kernels kKernels;
}
#endif

namespace {

constexpr std::array<std::pair<std::string_view, Isa>, 3> kNames = {
    {{"portable", Isa::kPortable}, {"avx2", Isa::kAvx2}, {"avx512", Isa::kAvx512}}};

}  // namespace

std::string_view isa_name(Isa isa) {
  return kNames[static_cast<std::size_t>(isa)].first;
}

std::optional<Isa> isa_of_name(std::string_view name) {
  for (const auto& [known, isa] : kNames) {
    if (known == name) return isa;
  }
  return std::nullopt;
}

bool is_available(Isa isa) {
  switch (isa) {
    case Isa::kPortable:
      return true;
#if defined(__x86_64__)
    case Isa::kAvx2:
      return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
    case Isa::kAvx512:
      return is_available(Isa::kAvx2) && __builtin_cpu_supports("avx512f") != 0 &&
             __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
             __builtin_cpu_supports("avx512vl") != 0;
#endif
    default:
      return false;
  }
}

Isa best_isa() {
  return is_available(Isa::kAvx512) ? Isa::kAvx512 : is_available(Isa::kAvx2) ? Isa::kAvx2 : Isa::kPortable;
}

const Kernels& kernels_of(Isa isa) {
  switch (isa) {
#if defined(__x86_64__)
    case Isa::kAvx2:
      return avx2::kKernels;
    case Isa::kAvx512:
      return avx512::kKernels;
#endif
    default:
      return portable::kKernels;
  }
}

}  // namespace neural::engine
