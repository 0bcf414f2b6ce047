#include "neural/emit/text/scope.hpp"

#include <fmt/format.h>

#include "neural/base/text.hpp"

namespace neural::emit {
namespace {

using model::LayerKind;
using syntax::Code;

class Gate {
 public:
  Gate(std::string_view title, syntax::DiagnosticList& diagnostics) : title_(title), diagnostics_(diagnostics) {}

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
    if (layer.kind == LayerKind::Custom || layer.kind == LayerKind::CustomShape) {
      diagnostics_.add(Code::E705, layer.span,
                       fmt::format("`{}` has no built-in meaning, and no class for it is known on {}",
                                   printable(layer.type_name()), title_),
                       "use layers of the language");
      return;
    }
    if (layer.wrapped) check(*layer.wrapped);
    if (layer.body() != nullptr) {
      for (const model::Layer& inner : layer.body()->layers) check(inner);
    }
  }

  std::string_view title_;
  syntax::DiagnosticList& diagnostics_;
};

}  // namespace

bool is_in_scope(const model::Model& model, std::string_view title, syntax::DiagnosticList& diagnostics) {
  const std::size_t errors = diagnostics.error_count();
  Gate(title, diagnostics).check(model);
  return diagnostics.error_count() == errors;
}

}  // namespace neural::emit
