// Layers without built-in meaning in a program: the import of their classes, the calls, the check of what they give.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "neural/emit/text/custom_classes.hpp"
#include "neural/emit/text/expression.hpp"
#include "neural/model/model.hpp"

namespace neural::emit {

/// The classes that the program of a model imports, each under a name that the program does not use otherwise.
class CustomImports {
 public:
  CustomImports(std::span<const CustomClass> classes, const model::Model& model);

  /// Null where no class is known.
  const std::string* name_of(const model::Layer& layer) const;

  /// All those names: those of the program's own classes and variables have to differ.
  std::vector<std::string> names() const;

  /// `from my_layers import Highway`, in the order of isort; empty without classes.
  std::vector<std::string> lines() const;

 private:
  struct Import {
    std::string module, name, alias;
  };
  std::vector<Import> imports_;
  std::map<std::string, std::string, std::less<>> by_layer_;  ///< to the alias
};

/// What the class is given: the arguments as written, but for those that every layer has and `output_shape`. A bare
/// word is a str, a list or a tuple a list.
std::vector<Argument> custom_arguments(const model::Layer& layer);

/// The names of such arguments that cannot be those of Python's parameters.
std::vector<std::string> unusable_arguments(const model::Layer& layer);

/// `expect_shape(value, (None, 16), "highway_layer")`: the value, checked by the function of that name.
Expression with_expected_shape(const Expression& value, const model::Layer& layer);

/// That function, for tensors of this type: "torch.Tensor".
std::string expect_shape_function(std::string_view tensor_type);

/// What the head of the program says beside the number of parameters.
inline constexpr const char* kUncountedNote = "The parameters of imported layers are not counted.";

}  // namespace neural::emit
