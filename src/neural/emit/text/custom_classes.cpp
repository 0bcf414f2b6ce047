#include "neural/emit/text/custom_classes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "neural/base/text.hpp"
#include "neural/emit/text/identifiers.hpp"

namespace neural::emit {
namespace {

constexpr const char* kHelp = "write `--custom HighwayLayer=my_layers:Highway`: the layer, the module, the class";

bool is_module(std::string_view text) {
  const std::vector<std::string> parts = split(text, '.');
  return std::all_of(parts.begin(), parts.end(), [](const std::string& part) { return is_python_name(part); });
}

tl::unexpected<Error> refuse(std::string_view word, const std::string& why) {
  return fail(ErrorCode::kUsage, fmt::format("`--custom {}` names no class: {}", printable(word), why), kHelp);
}

void collect_names(const model::Layer& layer, std::vector<std::string>& names) {
  const std::string_view name = custom_name(layer);
  if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
  if (layer.wrapped) collect_names(*layer.wrapped, names);
  if (layer.body() == nullptr) return;
  for (const model::Layer& inner : layer.body()->layers) collect_names(inner, names);
}

std::vector<std::string> in_print(std::vector<std::string> names) {
  for (std::string& name : names) name = printable(name);
  return names;
}

/// The layer that a class without one is for; empty where none fits.
std::string layer_for(const CustomClass& each, const std::vector<std::string>& names) {
  for (const std::string& candidate : {each.name, each.name + "Layer"}) {
    if (std::find(names.begin(), names.end(), candidate) != names.end()) return candidate;
  }
  return names.size() == 1 ? names.front() : std::string();
}

}  // namespace

Expected<CustomClass> read_custom_class(std::string_view word) {
  CustomClass read;
  std::string_view rest = word;
  if (const std::size_t equals = word.find('='); equals != std::string_view::npos) {
    read.layer = word.substr(0, equals);
    if (read.layer.empty()) return refuse(word, "there is no layer in front of `=`");
    rest = word.substr(equals + 1);
  }
  const std::size_t colon = rest.find(':');
  if (colon == std::string_view::npos) return refuse(word, "there is no `:` between a module and a class");
  read.module = rest.substr(0, colon);
  read.name = rest.substr(colon + 1);
  if (!is_module(read.module) || read.module.starts_with("__")) {
    return refuse(word, fmt::format("{} is no name of a module", as_code(read.module)));
  }
  if (!is_python_name(read.name)) return refuse(word, fmt::format("{} is no name of a class", as_code(read.name)));
  return read;
}

std::string_view custom_name(const model::Layer& layer) {
  if (layer.kind == model::LayerKind::Custom) return layer.parts->custom->class_name;
  if (layer.kind != model::LayerKind::CustomShape) return {};
  const auto& given = std::get<model::AnyValue>(layer.attributes.at(model::Parameter::layer).value);
  const auto* word = std::get_if<std::string>(&given.data);
  return word != nullptr && is_python_name(*word) ? std::string_view(*word) : "CustomShape";
}

std::vector<std::string> custom_names(const model::Model& model) {
  std::vector<std::string> names;
  for (const model::Layer& layer : model.layers) collect_names(layer, names);
  return names;
}

Expected<std::vector<CustomClass>> assign_custom_classes(std::vector<CustomClass> classes, const model::Model& model,
                                                         bool is_chosen) {
  const std::vector<std::string> names = custom_names(model);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    CustomClass& each = classes[i];
    const std::string written = (each.layer.empty() ? "" : each.layer + "=") + each.module + ":" + each.name;
    const bool may_be_absent = is_chosen && !each.layer.empty();
    if (names.empty() && !may_be_absent) {
      return fail(ErrorCode::kUsage, fmt::format("`--custom {}` is for no layer of this network", printable(written)),
                  "it has no layer of its own: leave `--custom` out");
    }
    if (each.layer.empty()) each.layer = layer_for(each, names);
    if (std::find(names.begin(), names.end(), each.layer) == names.end() && !may_be_absent) {
      const std::vector<std::string> shown = in_print(names);
      return fail(ErrorCode::kUsage, fmt::format("`--custom {}` is for no layer of this network", printable(written)),
                  fmt::format("the layers of its own are {}: `--custom {}={}:{}`", as_code_list(shown, " and "),
                              shown.front(), each.module, each.name));
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (classes[j].layer != each.layer) continue;
      return fail(ErrorCode::kUsage, fmt::format("`--custom` gives `{}` two classes", printable(each.layer)),
                  "leave one of them out");
    }
  }
  return classes;
}

Expected<std::vector<CustomClass>> read_custom_classes(const std::vector<std::string>& words, const model::Model& model,
                                                       bool is_chosen) {
  std::vector<CustomClass> classes;
  for (const std::string& word : words) classes.push_back(NEURAL_TRY(read_custom_class(word)));
  return assign_custom_classes(std::move(classes), model, is_chosen);
}

}  // namespace neural::emit
