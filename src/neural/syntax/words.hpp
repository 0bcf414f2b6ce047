// What a name may mean to the grammar. Names are classified once, by the lexer.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace neural::syntax {

/// Synonyms have one meaning: `train` and `training`, `execute` and `execution`, all training keys.
enum class Word : std::uint8_t {
  kName,  ///< nothing but itself
  kNetwork,
  kDefine,
  kResearch,
  // sections of a network
  kInput,
  kLayers,
  kLoss,
  kOptimizer,
  kMetrics,
  kTrain,
  kExecution,
  // settings of train { }
  kTrainingKey,
  kSearch,
  kReferences,  ///< of a research block; its other section is kMetrics
  // literals, in any letter case
  kTrue,
  kFalse,
  kNone,
};

Word word_of(std::string_view name);

/// Words that begin a section of a network, and so end a sequence of layers.
constexpr bool is_section(Word word) {
  return word >= Word::kInput && word <= Word::kExecution;
}
/// Not free for macros, parameters, inputs and branches: sections, training keys and HPO.
constexpr bool is_reserved(Word word) {
  return word >= Word::kInput && word <= Word::kSearch;
}
/// Sections and training keys: what stands at the level of a network.
constexpr bool ends_layers(Word word) {
  return word >= Word::kInput && word <= Word::kTrainingKey;
}
constexpr bool begins_top_level(Word word) {
  return word >= Word::kNetwork && word <= Word::kResearch;
}
constexpr bool is_literal(Word word) {
  return word >= Word::kTrue;
}

/// The spellings of the section words, and of the words that begin a block of the file.
std::span<const std::string_view> section_spellings();
std::span<const std::string_view> top_level_spellings();

}  // namespace neural::syntax
