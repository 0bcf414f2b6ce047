// The classes that stand for layers without built-in meaning: what `--custom` says, and which layer of a network each
// of them is for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/model/model.hpp"

namespace neural::emit {

/// `from module import name` gives the class of the layers of this type.
struct CustomClass {
  std::string layer;   ///< "HighwayLayer"; as it was read empty where the word does not say it
  std::string module;  ///< "my_layers", "package.layers": identifiers of Python joined by dots
  std::string name;    ///< "Highway": an identifier of Python
};

/// The class that `[LAYER=]MODULE:CLASS` names. A usage error unless module and class are ASCII identifiers of Python:
/// they become an import, so nothing else gets through.
Expected<CustomClass> read_custom_class(std::string_view word);

/// By what `--custom` knows a layer without built-in meaning: "HighwayLayer"; of `CustomShape(Mine, (7, 7))` "Mine", of
/// one whose first argument is no word "CustomShape". Empty for every other layer.
std::string_view custom_name(const model::Layer& layer);

/// The custom_name of each layer of the model, those inside of others too: each once, in their order.
std::vector<std::string> custom_names(const model::Model& model);

/// The classes with the layers they are for: where a word names none, the layer called like the class, with "Layer"
/// behind it or without, else the only one of the model. A usage error for a class that fits no layer of the model, and
/// for two of one layer; but a layer that is named may be absent where `is_chosen`, for another choice may have it.
Expected<std::vector<CustomClass>> assign_custom_classes(std::vector<CustomClass> classes, const model::Model& model,
                                                         bool is_chosen);

/// The two together, for the words of a command line.
Expected<std::vector<CustomClass>> read_custom_classes(const std::vector<std::string>& words, const model::Model& model,
                                                       bool is_chosen);

}  // namespace neural::emit
