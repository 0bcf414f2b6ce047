#include "neural/emit/text/scope.hpp"

#include <fmt/format.h>

#include "neural/base/text.hpp"
#include "neural/emit/text/custom_layers.hpp"

namespace neural::emit {
namespace {

using syntax::Code;

class Gate {
 public:
  /// Without imports no layer may be of a class from elsewhere.
  Gate(const CustomImports* imports, std::string_view title, syntax::DiagnosticList& diagnostics)
      : imports_(imports), title_(title), diagnostics_(diagnostics) {}

  void check(const model::Model& model) {
    if (!model.search.empty()) {
      const std::size_t count = model.search.size();
      diagnostics_.add(
          Code::E704, model.search.front().span,
          fmt::format("this program searches over {} value{}, and a generated program has none", count,
                      count == 1 ? "" : "s"),
          "choose values with `--choose NAME=VALUE` or `--choose defaults`, or search for the best with `neural tune`");
    }
    for (const model::Layer& layer : model.layers) check(layer);
  }

 private:
  void check(const model::Layer& layer) {
    if (const std::string_view name = custom_name(layer); !name.empty()) return check_custom(layer, printable(name));
    if (layer.wrapped) check(*layer.wrapped);
    if (layer.body() != nullptr) {
      for (const model::Layer& inner : layer.body()->layers) check(inner);
    }
  }

  void check_custom(const model::Layer& layer, const std::string& name) {
    const std::string type = printable(layer.type_name());
    if (imports_ == nullptr) {
      diagnostics_.add(Code::E705, layer.span,
                       fmt::format("`{}` has no built-in meaning, and {} has operators for no class", type, title_),
                       "use layers of the language");
    } else if (imports_->name_of(layer) == nullptr) {
      diagnostics_.add(
          Code::E705, layer.span,
          fmt::format("`{}` has no built-in meaning, and no class for it is known on {}", type, title_),
          fmt::format("name its class with `--custom {}=MODULE:CLASS`, or use layers of the language", name));
    }
    for (const std::string& argument : unusable_arguments(layer)) {
      diagnostics_.add(Code::E705, layer.span,
                       fmt::format("no class can have the parameter `{}` of `{}`: in Python it is no name",
                                   printable(argument), type),
                       "call it something else, here and in the class");
    }
  }

  const CustomImports* imports_;
  std::string_view title_;
  syntax::DiagnosticList& diagnostics_;
};

bool passes(Gate gate, const model::Model& model, const syntax::DiagnosticList& diagnostics) {
  const std::size_t errors = diagnostics.error_count();
  gate.check(model);
  return diagnostics.error_count() == errors;
}

}  // namespace

bool is_in_scope(const model::Model& model, const Options& options, std::string_view title,
                 syntax::DiagnosticList& diagnostics) {
  const CustomImports imports(options.custom, model);
  return passes(Gate(&imports, title, diagnostics), model, diagnostics);
}

bool is_in_scope_of_graphs(const model::Model& model, std::string_view title, syntax::DiagnosticList& diagnostics) {
  return passes(Gate(nullptr, title, diagnostics), model, diagnostics);
}

}  // namespace neural::emit
