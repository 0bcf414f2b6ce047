// Memory of a step: zeroed, aligned, in bytes.
#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "neural/base/check.hpp"
#include "neural/engine/graph/graph.hpp"

namespace neural::engine {

inline constexpr std::size_t kElement = 4;
inline constexpr std::size_t kAlignment = 64;

inline std::size_t aligned(std::size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

/// Zeroed, at a multiple of a page, in large pages where the system has them.
inline std::shared_ptr<void> allocate(std::size_t bytes) {
  constexpr std::size_t kLargePage = std::size_t{1} << 21;
  const std::size_t size = std::max(bytes, std::size_t{1});
  void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  NEURAL_CHECK(memory != MAP_FAILED, "out of memory");
  if (size >= kLargePage) ::madvise(memory, size, MADV_HUGEPAGE);
  return {memory, [size](void* begin) { ::munmap(begin, size); }};
}

inline std::size_t bytes_of(const Graph& graph, ValueId id) {
  return static_cast<std::size_t>(element_count(graph.shape(id))) * kElement;
}

inline char* moved(void* memory, std::int64_t offset) {
  return static_cast<char*>(memory) + offset;
}

}  // namespace neural::engine
