#include "neural/model/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "neural/model/expand.hpp"
#include "neural/model/infer.hpp"
#include "neural/model/loss.hpp"
#include "neural/model/training.hpp"

namespace neural::model {
namespace {

using syntax::Code;

constexpr std::array<std::string_view, 5> kReferenceKeys = {"paper", "url", "doi", "code", "note"};

/// W411 for an Output that has something behind it; `is_end` where nothing follows the sequence, which may be the body
/// of a residual connection.
void check_outputs(const Sequence& sequence, bool is_end, const BoundLayer* residual, Reporter& reporter) {
  std::size_t end = sequence.size();  // branches at the end have nothing behind them but each other
  while (end > 0 && sequence[end - 1].branch != nullptr) --end;
  for (std::size_t i = 0; i < sequence.size(); ++i) {
    const bool is_last_here = i + 1 == sequence.size() || i >= end;
    const bool is_last = is_end && is_last_here;
    if (sequence[i].branch != nullptr) {
      check_outputs(sequence[i].branch->body, is_last, nullptr, reporter);
      continue;
    }
    const BoundLayer& bound = *sequence[i].layer;
    if (bound.row == nullptr) continue;
    if (bound.inside != nullptr) {
      const bool is_residual = bound.row->block == BlockUse::kResidual;
      check_outputs(bound.inside->wrapped, is_last && bound.inside->body.empty(), nullptr, reporter);
      check_outputs(bound.inside->body, is_last && !is_residual, is_residual ? &bound : nullptr, reporter);
    }
    if (bound.row->kind != LayerKind::Output || is_last) continue;
    const UseScope scope(reporter, bound.use);
    reporter.add(Code::W411, bound.span,
                 residual != nullptr && is_last_here
                     ? fmt::format("the addition of `{}` follows `Output`", residual->type_name())
                     : "layers follow `Output`",
                 "`Output` ends a network; use `Dense` for a layer inside it");
  }
}

/// W415 for layers that ask for another device than the network's: this version places a network as a whole.
void check_layer_devices(const Sequence& sequence, const std::string& device, Reporter& reporter) {
  for (const Placement& placement : sequence) {
    if (placement.branch != nullptr) {
      check_layer_devices(placement.branch->body, device, reporter);
      continue;
    }
    const BoundLayer& bound = *placement.layer;
    if (bound.inside != nullptr) {
      check_layer_devices(bound.inside->wrapped, device, reporter);
      check_layer_devices(bound.inside->body, device, reporter);
    }
    if (bound.device == nullptr || *bound.device == device) continue;
    const UseScope scope(reporter, bound.use);
    reporter.add(Code::W415, bound.device_span,
                 fmt::format("`@{}` is ignored: the whole network runs on `{}`", *bound.device, device),
                 fmt::format("write `execution {{ device: {} }}`", *bound.device));
  }
}

void check_references(const syntax::Research& research, Reporter& reporter) {
  for (const syntax::ResearchReference& reference : research.references) {
    const std::string& key = reference.key.text;
    if (std::find(kReferenceKeys.begin(), kReferenceKeys.end(), key) != kReferenceKeys.end()) continue;
    std::string help = reporter.did_you_mean(key, kReferenceKeys);
    if (help.empty()) help = "references are `paper`, `url`, `doi`, `code` and `note`";
    reporter.add(Code::E212, reference.key.span, fmt::format("{} is not a reference", as_code(key)), help);
  }
}

class NetworkChecker {
 public:
  NetworkChecker(const syntax::Network& network, Expander& expander, Reporter& reporter)
      : network_(network), expander_(expander), reporter_(reporter) {}

  std::optional<Model> check() {
    const std::size_t errors = reporter_.error_count();
    Model model;
    model.name = network_.name.text;
    model.span = network_.name.span;
    for (const auto* settings : {&network_.training, &network_.execution}) {
      for (const syntax::Setting& setting : *settings) model.set_spans.try_emplace(setting.key.text, setting.span);
    }
    model.device = read_execution(network_, reporter_);
    auto loss = read_loss(network_, searches_, reporter_);
    build(loss ? std::optional(loss->kind) : std::nullopt, model);
    auto optimizer = read_optimizer(network_, searches_, reporter_);
    const auto metrics = read_metrics(network_, reporter_);
    model.training = read_training(network_, searches_, reporter_);
    check_other_ends(model.device);
    const bool is_whole = network_.complete && !reporter_.has_earlier_error(network_.span);
    if (reporter_.error_count() > errors || !is_whole || model.layers.empty()) return {};
    finish(std::move(*optimizer), std::move(*loss), metrics, model);
    return model;
  }

 private:
  void build(std::optional<LossKind> loss, Model& model) {
    const auto layers = expander_.expand(network_.layers, searches_);
    if (!layers || !network_.layers_sound) return;
    reporter_.set_shape_note([this](syntax::Span place) { return values_text(searches_, place); });
    InferredNetwork inferred = infer(network_, *layers, loss, reporter_);
    reporter_.set_shape_note({});
    model.inputs = std::move(inferred.inputs);
    model.layers = std::move(inferred.layers);
    check_outputs(*layers, true, nullptr, reporter_);
    check_layer_devices(*layers, model.device, reporter_);
  }

  /// Where the program searches, the last alternatives and the high ends must fit, too.
  void check_other_ends(const std::string& device) {
    if (searches_.is_empty()) return;
    searches_.set_point(SearchPoint::kLast);
    reporter_.begin_repetition();
    expander_.forget_last();
    Model other;
    other.device = device;
    build({}, other);
    reporter_.end_repetition();
    searches_.set_point(SearchPoint::kFirst);
  }

  /// What rests on a sound network: the loss on its last activation, the metrics.
  void finish(Optimizer optimizer, Loss loss, const std::vector<WrittenMetric>& metrics, Model& model) {
    fuse_loss(network_, model, loss, reporter_);
    model.optimizer = std::move(optimizer);
    model.targets = targets_of(loss.kind);
    model.metrics = resolve_metrics(metrics, loss.kind, model.output());
    model.loss = std::move(loss);
    model.search = searches_.variables();
  }

  const syntax::Network& network_;
  Expander& expander_;
  Reporter& reporter_;
  SearchSpace searches_;
};

/// W217 for a network whose name another one has.
void check_network_names(const syntax::File& file, Reporter& reporter) {
  const std::vector<std::string> addresses = network_addresses(file);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const syntax::Identifier& named = file.networks[i].name;
    if (addresses[i] == named.text) continue;
    const std::string name = as_code(named.text);
    reporter.add(Code::W217, named.span, fmt::format("another network is named {} too", name),
                 name.size() > named.text.size() + 2 ? "rename it"
                                                     : fmt::format("address it as `{}`, or rename it", addresses[i]));
  }
}

}  // namespace

std::vector<std::string> network_addresses(const syntax::File& file) {
  std::unordered_map<std::string_view, int> counts;
  std::vector<std::string> addresses;
  addresses.reserve(file.networks.size());
  for (const syntax::Network& network : file.networks) {
    const int count = ++counts[network.name.text];
    addresses.push_back(count == 1 ? network.name.text : fmt::format("{}#{}", network.name.text, count));
  }
  return addresses;
}

std::vector<std::optional<Model>> check_file(const syntax::File& file, const syntax::SourceText& source,
                                             syntax::DiagnosticList& diagnostics) {
  Reporter reporter(source, diagnostics);
  const MacroTable macros(file.macros, reporter);
  Expander expander(macros, reporter);
  expander.check_definitions();
  check_network_names(file, reporter);
  std::vector<std::optional<Model>> models;
  for (const syntax::Network& network : file.networks) {
    models.push_back(NetworkChecker(network, expander, reporter).check());
  }
  for (const syntax::Research& research : file.research) check_references(research, reporter);
  return models;
}

void check_network(const syntax::Network& network, const syntax::SourceText& source,
                   syntax::DiagnosticList& diagnostics) {
  Reporter reporter(source, diagnostics);
  const MacroTable macros({}, reporter);
  Expander expander(macros, reporter);
  NetworkChecker(network, expander, reporter).check();
}

void check_layer(const syntax::Item& layer, const syntax::SourceText& source, syntax::DiagnosticList& diagnostics) {
  Reporter reporter(source, diagnostics);
  const MacroTable macros({}, reporter);
  Expander(macros, reporter).check_layer(layer);
}

void check_macros(const std::vector<syntax::Macro>& macros, const syntax::SourceText& source,
                  syntax::DiagnosticList& diagnostics) {
  Reporter reporter(source, diagnostics);
  const MacroTable table(macros, reporter);
  Expander(table, reporter).check_definitions();
}

void check_research(const syntax::Research& research, const syntax::SourceText& source,
                    syntax::DiagnosticList& diagnostics) {
  Reporter reporter(source, diagnostics);
  check_references(research, reporter);
}

}  // namespace neural::model
