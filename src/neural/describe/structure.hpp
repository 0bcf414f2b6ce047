// A graph as sequences and forks, the way it was written: what follows what, and what stands side by side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "neural/estimate/outline.hpp"

namespace neural::describe {

struct Block;

struct Sequence {
  std::vector<Block> blocks;  ///< empty: passes on what it gets
  /// True where forks and joins do not pair up: then there are only inputs and layers in order, and what each takes is
  /// in the layers alone. (A program of the language never gives this.)
  bool is_tangled = false;
  std::uint32_t id = 0;    ///< equal sequences of a structure have equal ids
  std::size_t layers = 0;  ///< all in it, with those inside others
};

/// An input, a layer with what is inside it, or a fork, which the next block joins. Of the network's first fork the
/// branches begin with the inputs.
struct Block {
  const model::Input* input = nullptr;
  const estimate::Node* node = nullptr;
  std::size_t place = 0;           ///< of the layer in its graph
  std::vector<Sequence> inside;    ///< of a layer: none, or one: the wrapped layer, then the body
  std::vector<Sequence> branches;  ///< of a fork: at least two
  std::uint32_t id = 0;            ///< equal blocks have equal ids: they differ in nothing but names and lines
  std::size_t layers = 0;

  bool is_fork() const { return input == nullptr && node == nullptr; }
};

/// Linear in the outline, but for the text of different attributes.
Sequence structure_of(const estimate::Outline& outline);

/// So many blocks, repeated: blocks [begin, begin + period · repeats).
struct Run {
  std::size_t begin = 0;
  std::size_t period = 1;
  std::size_t repeats = 1;

  std::size_t end() const { return begin + period * repeats; }
};

/// The blocks of a sequence as runs, in order: at least three repeats of at most 24 blocks, or single blocks.
std::vector<Run> runs_of(std::span<const Block> blocks);

/// Neighbouring equal branches as runs of period 1.
std::vector<Run> runs_of(std::span<const Sequence> branches);

}  // namespace neural::describe
