#include "neural/syntax/ast_text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace neural::syntax {
namespace {

template <class... Functions>
struct Overload : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
Overload(Functions...) -> Overload<Functions...>;

class AstText {
 public:
  std::string take() { return std::move(out_); }

  void add(const File& file) {
    for (const Macro& macro : file.macros) add(macro);
    for (const Network& network : file.networks) add(network);
    for (const Research& research : file.research) add(research);
  }

 private:
  template <class... Arguments>
  void print(fmt::format_string<Arguments...> form, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(out_), form, std::forward<Arguments>(arguments)...);
  }

  void quote(std::string_view text) {
    out_ += '"';
    for (const char c : text) {
      if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) {
        print("\\x{:02x}", static_cast<unsigned char>(c));
      } else {
        out_ += c;
      }
    }
    out_ += '"';
  }

  void add(const Macro& macro) {
    print("(macro {}", macro.name.text);
    for (const MacroParameter& parameter : macro.parameters) {
      print(" (parameter {}", parameter.name.text);
      if (parameter.default_value) add(" ", *parameter.default_value);
      out_ += ')';
    }
    add(macro.body);
    out_ += ")\n";
  }

  void add(const Network& network) {
    print("(network {}{}\n", network.name.text, network.complete ? "" : " incomplete");
    for (const Input& input : network.inputs) {
      out_ += "(input";
      if (input.name) print(" {}", input.name->text);
      out_ += " (";
      for (const Dimension& dimension : input.shape.dimensions) {
        print(" {}", dimension.size ? std::to_string(*dimension.size) : "none");
      }
      out_ += "))\n";
    }
    for (const Item& item : network.layers) add(item);
    if (network.loss) add("\n(loss ", *network.loss, ")");
    if (network.optimizer) add("\n(optimizer ", *network.optimizer, ")");
    for (const Value& metric : network.metrics) add("\n(metric ", metric, ")");
    settings("train", network.training);
    settings("execution", network.execution);
    out_ += ")\n";
  }

  void add(const Research& research) {
    print("(research{}{}\n", research.name ? " " : "", research.name ? research.name->text : "");
    for (const ResearchMetric& metric : research.metrics) print("(metric {} {:a})\n", metric.name.text, metric.value);
    for (const ResearchReference& reference : research.references) {
      print("(reference {} ", reference.key.text);
      quote(reference.text);
      out_ += ")\n";
    }
    out_ += ")\n";
  }

  void settings(std::string_view section, const std::vector<Setting>& all) {
    for (const Setting& setting : all) {
      print("\n({} {}", section, setting.key.text);
      for (const Value& value : setting.values) add(" ", value);
      out_ += ')';
    }
  }

  void add(const Block& block) {
    out_ += " {";
    for (const Item& item : block.items) add(item);
    out_ += '}';
  }

  void add(const Item& item) {
    out_ += '\n';
    if (const Branch* branch = std::get_if<Branch>(&item.data)) {
      print("(branch {}", branch->label.text);
      add(branch->block);
      out_ += ')';
    } else {
      add(std::get<LayerExpression>(item.data));
    }
  }

  void add(const LayerExpression& layer) {
    out_ += '(';
    std::visit([this](const auto& callee) { add(callee); }, layer.callee);
    if (const Device* device = layer.device()) {
      out_ += " @";
      quote(device->text);
    }
    if (const Block* block = layer.block()) add(*block);
    if (layer.repeat() != nullptr) print(" *{}", layer.repeat()->count);
    out_ += ')';
  }

  void add(const Call& call) {
    print("{}{}", call.name.text, call.parenthesised ? "()" : "");
    for (const Argument& argument : call.arguments) {
      if (argument.name) print(" {} =", argument.name->text);
      add(" ", argument.value);
    }
  }

  void add(const SearchExpression& search) {
    constexpr std::string_view kNames[] = {"choice", "range", "log_range"};
    print("HPO {}", kNames[static_cast<std::size_t>(search.kind)]);
    for (const Value& operand : search.operands) add(" ", operand);
  }

  void add(std::string_view before, const Value& value, std::string_view behind = {}) {
    out_ += before;
    std::visit(
        Overload{[this](NoneLiteral) { out_ += "none"; }, [this](bool word) { print("{}", word); },
                 [this](std::int64_t number) { print("{}", number); }, [this](double number) { print("{:a}", number); },
                 [this](const StringLiteral& string) { quote(string.text); },
                 [this](const TupleValue& tuple) { elements("(tuple", tuple.elements); },
                 [this](const ListValue& list) { elements("(list", list.elements); },
                 [this](const std::shared_ptr<const LayerExpression>& layer) { add(*layer); }},
        value.data);
    out_ += behind;
  }

  void elements(std::string_view open, const std::vector<Value>& all) {
    out_ += open;
    for (const Value& element : all) add(" ", element);
    out_ += ')';
  }

  std::string out_;
};

}  // namespace

std::string ast_text(const File& file) {
  AstText text;
  text.add(file);
  return text.take();
}

}  // namespace neural::syntax
