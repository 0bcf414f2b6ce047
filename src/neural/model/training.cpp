#include "neural/model/training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <unordered_map>

#include "neural/model/arguments.hpp"
#include "neural/model/expand.hpp"

namespace neural::model {
namespace {

using syntax::Code;

constexpr std::string_view kDefaultOptimizer = "Adam";
constexpr std::string_view kDevice = "device";

/// Which keys have been seen, and where.
class SeenKeys {
 public:
  explicit SeenKeys(Reporter& reporter) : reporter_(reporter) {}

  /// E108 for a key that was there before.
  bool is_first(const syntax::Identifier& key) {
    const auto [first, is_new] = lines_.try_emplace(key.text, reporter_.line_of(key.span));
    if (is_new) return true;
    reporter_.add(Code::E108, key.span,
                  fmt::format("{} is given twice (first in line {})", as_code(key.text), first->second),
                  "keep one of them");
    return false;
  }

 private:
  Reporter& reporter_;
  std::unordered_map<std::string_view, std::uint32_t> lines_;
};

bool is_optimizer_parameter(std::string_view name) {
  for (const Row<OptimizerKind>& row : optimizer_rows()) {
    for (const ParameterSpec& spec : row.parameters) {
      if (parameter_name(spec.parameter) == name) return true;
    }
  }
  return false;
}

void unknown_setting(const syntax::Identifier& key, std::string_view block, std::string help, Reporter& reporter) {
  reporter.add(Code::E212, key.span, fmt::format("{} is not a setting of `{} {{ }}`", as_code(key.text), block),
               std::move(help));
}

std::string training_help(const std::string& key, const Reporter& reporter) {
  if (key == kDevice) return "it belongs in `execution { }`";
  if (is_optimizer_parameter(key)) return fmt::format("it belongs to the optimizer: `Adam({}=…)`", key);
  std::vector<std::string_view> keys;
  for (const ParameterSpec& spec : training_settings()) keys.push_back(parameter_name(spec.parameter));
  return reporter.did_you_mean(key, keys);
}

const ParameterSpec* find_setting(std::string_view key) {
  for (const ParameterSpec& spec : training_settings()) {
    if (parameter_name(spec.parameter) == key) return &spec;
  }
  return nullptr;
}

/// Several batch sizes mean a search over them.
bool is_search_by_list(const ParameterSpec& spec, const syntax::Setting& setting) {
  if (spec.parameter != Parameter::batch_size) return false;
  const auto* list = std::get_if<syntax::ListValue>(&setting.values.front().data);
  return setting.values.size() > 1 || (list != nullptr && !list->elements.empty());
}

bool is_searchable(Parameter parameter) {
  return parameter == Parameter::epochs || parameter == Parameter::batch_size ||
         parameter == Parameter::validation_split;
}

/// `16, 32` and `[16, 32]` as the search they stand for.
syntax::Value search_over(const syntax::Setting& setting) {
  const auto* list = std::get_if<syntax::ListValue>(&setting.values.front().data);
  const bool is_list = list != nullptr && setting.values.size() == 1;
  const syntax::Span span = cover(setting.values.front().span, setting.values.back().span);
  syntax::LayerExpression search;
  search.callee = syntax::SearchExpression{syntax::SearchExpression::Kind::kChoice,
                                           is_list ? list->elements : setting.values, span};
  search.span = span;
  return {std::make_shared<const syntax::LayerExpression>(std::move(search)), span};
}

void read_setting(const ParameterSpec& spec, const syntax::Setting& setting, Attributes& settings,
                  SearchSpace& searches, Reporter& reporter) {
  if (setting.values.empty()) return;  // the parser has said why
  const PathScope scope(&searches, parameter_name(spec.parameter));
  const Target target{.owner = "train", .spec = spec, .joint = ": "};
  const syntax::Span values = cover(setting.values.front().span, setting.values.back().span);
  if (is_search_by_list(spec, setting)) {
    auto value = ArgumentReader(reporter, &searches).read(target, search_over(setting));
    if (value) settings.set(spec.parameter, std::move(*value));
  } else if (setting.values.size() > 1) {
    reporter.add(Code::E306, values, fmt::format("{} takes one value, got {}", target.name(), setting.values.size()),
                 is_searchable(spec.parameter) ? "give one value, or search over several with `HPO(choice(…))`"
                                               : "give one value");
  } else if (auto value = ArgumentReader(reporter, is_searchable(spec.parameter) ? &searches : nullptr)
                              .read(target, setting.values.front())) {
    settings.set(spec.parameter, std::move(*value));
  }
}

template <class T>
std::optional<T> optional_value(const Attributes& settings, Parameter parameter) {
  const T* value = std::get_if<T>(&settings.at(parameter).value);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

}  // namespace

std::optional<Optimizer> read_optimizer(const syntax::Network& network, SearchSpace& searches, Reporter& reporter) {
  const auto read_one = [&](const syntax::Call& call) -> std::optional<Optimizer> {
    const auto* row = find_named(optimizer_names(), call, Code::E206, "an optimizer", reporter);
    if (row == nullptr) return {};
    const Signature signature = {
        .owner = row->name, .parameters = row->parameters, .shared_aliases = optimizer_parameter_aliases()};
    Binding binding = ArgumentReader(reporter, &searches).bind(signature, call);
    if (binding.failed) return {};
    return Optimizer{row->kind, std::move(binding.attributes), call.name.span};
  };
  if (!network.optimizer) return read_one({{std::string(kDefaultOptimizer), network.name.span}, {}, false});
  const PathScope scope(&searches, "optimizer");
  return ArgumentReader(reporter, &searches)
      .read_searched(*network.optimizer, "`optimizer`", [&](const syntax::Value& value) {
        const auto call = read_call(value, "`optimizer`", true, reporter);
        return call ? read_one(*call) : std::nullopt;
      });
}

Training read_training(const syntax::Network& network, SearchSpace& searches, Reporter& reporter) {
  const PathScope scope(&searches, "train");
  Attributes settings(defaults_of(training_settings(), 1));
  SeenKeys seen(reporter);
  for (const syntax::Setting& setting : network.training) {
    const ParameterSpec* spec = find_setting(setting.key.text);
    if (spec == nullptr) {
      unknown_setting(setting.key, "train", training_help(setting.key.text, reporter), reporter);
    } else if (seen.is_first(setting.key)) {
      read_setting(*spec, setting, settings, searches, reporter);
    }
  }
  const std::string& search_method = settings.word(Parameter::search_method);
  return {.epochs = settings.integer(Parameter::epochs),
          .batch_size = settings.integer(Parameter::batch_size),
          .validation_split = settings.number(Parameter::validation_split),
          .shuffle = settings.boolean(Parameter::shuffle),
          .seed = optional_value<std::int64_t>(settings, Parameter::seed),
          .mixed_precision = settings.boolean(Parameter::mixed_precision),
          .dataset = optional_value<std::string>(settings, Parameter::dataset),
          .save_path = optional_value<std::string>(settings, Parameter::save_path),
          .search_method = search_method == "tpe" ? "bayesian" : search_method,
          .trials = settings.integer(Parameter::trials)};
}

std::string read_execution(const syntax::Network& network, Reporter& reporter) {
  std::string device = "auto";
  SeenKeys seen(reporter);
  for (const syntax::Setting& setting : network.execution) {
    if (setting.key.text != kDevice) {
      const bool is_training = find_setting(setting.key.text) != nullptr;
      unknown_setting(setting.key, "execution",
                      is_training ? "it belongs in `train { }`" : "the only setting here is `device`", reporter);
    } else if (seen.is_first(setting.key) && !setting.values.empty()) {
      const auto* text = std::get_if<syntax::StringLiteral>(&setting.values.front().data);
      if (text == nullptr) continue;
      if (auto read = read_device(text->text, setting.values.front().span, reporter)) device = std::move(*read);
    }
  }
  return device;
}

}  // namespace neural::model
