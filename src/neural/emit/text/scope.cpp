#include "neural/emit/text/scope.hpp"

#include <fmt/format.h>

#include "neural/base/text.hpp"

namespace neural::emit {
namespace {

using model::LayerKind;
using syntax::Code;

constexpr const char* kCheckOnly = "`neural check` and `neural inspect` understand it all the same";

class Gate {
 public:
  Gate(const Scope& scope, syntax::DiagnosticList& diagnostics) : scope_(scope), diagnostics_(diagnostics) {}

  void check(const model::Model& model) {
    if (!model.search.empty()) {
      const std::size_t count = model.search.size();
      diagnostics_.add(Code::E704, model.search.front().span,
                       fmt::format("this program searches over {} value{}, and a generated program has none", count,
                                   count == 1 ? "" : "s"),
                       "replace each `HPO(…)` by one of its values");
    }
    for (const model::Layer& layer : model.layers) check(layer);
  }

 private:
  void check(const model::Layer& layer) {
    if (layer.kind == LayerKind::Custom || layer.kind == LayerKind::CustomShape) {
      diagnostics_.add(Code::E705, layer.span,
                       fmt::format("`{}` has no built-in meaning, and no class for it is known on {}",
                                   printable(layer.type_name()), scope_.title),
                       "use layers of the language");
      return;
    }
    if (layer.wrapped) check(*layer.wrapped);
    if (layer.body() != nullptr) {
      for (const model::Layer& inner : layer.body()->layers) check(inner);
    }
    if (scope_.knows_layer != nullptr && !scope_.knows_layer(layer.kind)) {
      not_available(layer.span, fmt::format("`{}` is", layer.type_name()), kCheckOnly);
    }
  }

  void not_available(syntax::Span span, const std::string& what, std::string help) {
    diagnostics_.add(Code::E703, span,
                     fmt::format("{} known, but not available on {} in this version", what, scope_.title),
                     std::move(help));
  }

  const Scope& scope_;
  syntax::DiagnosticList& diagnostics_;
};

}  // namespace

bool is_in_scope(const model::Model& model, const Scope& scope, syntax::DiagnosticList& diagnostics) {
  const std::size_t errors = diagnostics.error_count();
  Gate(scope, diagnostics).check(model);
  return diagnostics.error_count() == errors;
}

}  // namespace neural::emit
