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

/// W411 for an Output that has layers behind it.
void check_outputs(const std::vector<Placement>& placements, Reporter& reporter) {
  for (std::size_t i = 0; i + 1 < placements.size(); ++i) {
    const BoundLayer& bound = *placements[i].layer;
    if (bound.row == nullptr || bound.row->kind != LayerKind::Output) continue;
    const UseScope scope(reporter, bound.use);
    reporter.add(Code::W411, bound.span, "layers follow `Output`",
                 "`Output` ends a network; use `Dense` for a layer inside it");
  }
}

/// W415 for layers that ask for another device than the network's: this version places a network as a whole.
void check_layer_devices(const std::vector<Placement>& placements, const std::string& device, Reporter& reporter) {
  for (const Placement& placement : placements) {
    const BoundLayer& bound = *placement.layer;
    if (!bound.device || *bound.device == device) continue;
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
    const auto placements = expander_.expand(network_.layers);
    model.device = read_execution(network_, reporter_);
    if (placements) infer(*placements, model);
    auto optimizer = read_optimizer(network_, reporter_);
    auto loss = read_loss(network_, reporter_);
    const auto metrics = read_metrics(network_, reporter_);
    model.training = read_training(network_, reporter_);
    const bool is_whole = network_.complete && !reporter_.has_earlier_error(network_.span);
    if (reporter_.error_count() > errors || !is_whole || model.layers.empty()) return {};
    finish(std::move(*optimizer), std::move(*loss), metrics, model);
    return model;
  }

 private:
  void infer(const std::vector<Placement>& placements, Model& model) {
    DeclaredInput input = read_input(network_, placements, reporter_);
    if (input.flow.shape) model.inputs.push_back(input.input);
    model.layers = ShapeInference(reporter_).run(std::move(input), placements);
    check_outputs(placements, reporter_);
    check_layer_devices(placements, model.device, reporter_);
  }

  /// What rests on a sound network: the activations, the loss on the last of them, the metrics.
  void finish(Optimizer optimizer, Loss loss, const std::vector<std::optional<MetricKind>>& metrics, Model& model) {
    choose_output_activations(loss.kind, model.layers);
    fuse_loss(network_, model.layers, loss, reporter_);
    model.optimizer = std::move(optimizer);
    model.targets = targets_of(loss.kind);
    model.metrics = resolve_metrics(metrics, loss.kind, model.output());
    model.loss = std::move(loss);
  }

  const syntax::Network& network_;
  Expander& expander_;
  Reporter& reporter_;
};

/// W217 for a network whose name another one has.
void check_network_names(const std::vector<syntax::Network>& networks, Reporter& reporter) {
  std::unordered_map<std::string_view, int> counts;
  for (const syntax::Network& network : networks) {
    const int count = ++counts[network.name.text];
    if (count == 1) continue;
    const std::string name = as_code(network.name.text);
    reporter.add(Code::W217, network.name.span, fmt::format("another network is named {} too", name),
                 name.size() > network.name.text.size() + 2
                     ? "rename it"
                     : fmt::format("address it as `{}#{}`, or rename it", network.name.text, count));
  }
}

}  // namespace

std::vector<std::optional<Model>> check_file(const syntax::File& file, const syntax::SourceText& source,
                                             syntax::DiagnosticList& diagnostics) {
  Reporter reporter(source, diagnostics);
  const MacroTable macros(file.macros, reporter);
  Expander expander(macros, reporter);
  expander.check_definitions();
  check_network_names(file.networks, reporter);
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
