#include "words.hpp"

#include <algorithm>
#include <span>
#include <string_view>

#include "neural/model/catalogue/catalogue.hpp"

namespace neural::fuzz {
namespace {

using model::ParameterAlias;
using model::ParameterSpec;

constexpr std::string_view kGrammar[] = {
#define NEURAL_WORD(meaning, spelling) spelling,
#include "neural/syntax/words.def"
#undef NEURAL_WORD
};

/// What else has a meaning at some place.
constexpr std::string_view kOtherWords =
    "device choice range log_range step paper url doi code note true false None cpu gpu:0 cuda tpu auto";

constexpr std::string_view kPunctuation = "{ } ( ) [ ] : = , ; * @ # // \" ' \\ /* + - .";

constexpr std::string_view kNumbers =
    "0 1 -1 2 3 8 16 -0 0.5 1.0 -0.5 1e-7 1e308 1e309 1e-400 .5 5. 2000 2001 1048576 1048577 2147483647 4294967296 "
    "4611686018427387904 9223372036854775807 9223372036854775808 -9223372036854775808";

constexpr std::string_view kPhrases[] = {
    "network N { input: (8, 8, 3) layers: Output(2) }",
    "define M(a, b=2) { Dense(a) }",
    "research R { metrics { a: 0.5 } references { url: \"u\" } }",
    "x: { }",
    "HPO(choice(2, 4))",
    "HPO(range(1, 9, step=2))",
    "HPO(log_range(1e-4, 1e-2))",
    "Residual { Dense(4) }",
    "TimeDistributed(Dense(4))",
    "input: { a: (4) b: (4) }",
    "train { epochs: 2 }",
    "\"Adam(learning_rate=0.01)\"",
    "* 2",
    "@cpu",
    "\xEF\xBB\xBF",
    "\r\n",
    "\t",
    "\xC2\x9B",
    "\xE2\x80\xAE",
    "\x1B[31m",
};

class Collector {
 public:
  void add(std::string_view word) {
    if (std::find(words_.begin(), words_.end(), word) == words_.end()) words_.emplace_back(word);
  }
  void add_all(std::string_view cell) {
    for (const std::string_view word : model::words_in(cell)) add(word);
  }
  void add(std::span<const ParameterSpec> parameters) {
    for (const ParameterSpec& spec : parameters) {
      add(parameter_name(spec.parameter));
      add_all(spec.words);
    }
  }
  void add(std::span<const ParameterAlias> aliases) {
    for (const ParameterAlias& alias : aliases) add(alias.name);
  }
  template <class Row>
  void add_rows(std::span<const Row> rows) {
    for (const Row& row : rows) {
      add(row.name);
      add_all(row.aliases);
      add(row.parameters);
    }
  }
  std::vector<std::string> take() { return std::move(words_); }

 private:
  std::vector<std::string> words_;
};

std::vector<std::string> collect() {
  Collector all;
  for (const std::string_view word : kGrammar) all.add(word);
  all.add_all(kOtherWords);
  all.add_all(kPunctuation);
  all.add_all(kNumbers);
  for (const std::string_view phrase : kPhrases) all.add(phrase);
  all.add_rows(model::layer_rows());
  for (const model::LayerRow& row : model::layer_rows()) all.add(row.parameter_aliases);
  all.add("CustomLayer");
  all.add_rows(model::optimizer_rows());
  all.add_rows(model::loss_rows());
  all.add_rows(model::metric_rows());
  all.add_rows(model::activation_rows());
  all.add_rows(model::initializer_rows());
  all.add_rows(model::schedule_rows());
  all.add_rows(model::regularizer_rows());
  all.add_rows(model::constraint_rows());
  all.add(model::training_settings());
  all.add(model::layer_parameter_aliases());
  all.add(model::optimizer_parameter_aliases());
  for (const model::IgnoredParameter& ignored : model::ignored_layer_parameters()) all.add(ignored.name);
  return all.take();
}

}  // namespace

const std::vector<std::string>& words() {
  static const std::vector<std::string> kWords = collect();
  return kWords;
}

}  // namespace neural::fuzz
