#include "neural/bench/html/cards.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>

#include "neural/base/json_view.hpp"
#include "neural/bench/html/markup.hpp"
#include "neural/bench/report/names.hpp"
#include "neural/bench/report/quantities.hpp"

namespace neural::bench::html {
namespace {

/// A verdict is told by a word and a shape; its colour adds nothing that these do not say.
struct Look {
  std::string_view verdict, shape, kind;
};

constexpr std::array kLooks = {
    Look{"FASTER", "▼", "better"}, Look{"LESS", "▼", "better"},      Look{"SLOWER", "▲", "worse"},
    Look{"MORE", "▲", "worse"},    Look{"EQUIVALENT", "=", "equal"}, Look{"INVALID", "✕", "invalid"},
};

Look look_of(const std::string& verdict) {
  for (const Look& look : kLooks) {
    if (look.verdict == verdict) return look;
  }
  return {verdict, "?", "open"};
}

std::string badge(const Json& comparison) {
  const std::string verdict = text_at(comparison, {"verdict"});
  const Look look = look_of(verdict);
  return fmt::format(R"(<span class="verdict {}"><span aria-hidden="true">{}</span> {}</span>)", look.kind, look.shape,
                     escape(verdict.empty() ? report::kNoNumber : verdict));
}

/// With the sign of print in the place of the hyphen.
std::string typeset(const std::string& number) {
  return number.starts_with('-') ? "−" + number.substr(1) : number;
}

std::string change(const std::optional<double>& percentage) {
  return typeset(report::show_if(percentage, report::show_percentage));
}

std::string interval(const Json& comparison) {
  const auto low = number_at(comparison, {"ci_low"});
  const auto high = number_at(comparison, {"ci_high"});
  if (!low || !high) return "no interval";
  const auto level = number_at(comparison, {"level"});
  return fmt::format("{} to {}{}", change(100 * (*low - 1)), change(100 * (*high - 1)),
                     level ? fmt::format(", {} interval", report::show_level(*level)) : "");
}

std::string line(std::string_view name, const std::string& text) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", name, text);
}

std::string sides(const Json& result, const char* measure, report::Show show) {
  return fmt::format("{} / {}", report::show_if(number_at(result, {"comparison", measure, "neural"}), show),
                     report::show_if(number_at(result, {"comparison", measure, "native"}), show));
}

std::string parity(const Json& result) {
  const Json& parity = at(result, {"comparison", "parity"});
  if (true_at(parity, {"bit_identical"})) return "bit for bit";
  if (true_at(parity, {"passed"})) return "shown";
  return at(parity, {"passed"}).is_boolean() ? "no" : "not shown";
}

std::string card(const Json& result) {
  const Json& time = at(result, {"comparison", "training_time"});
  const Json& memory = at(result, {"comparison", "memory"});
  const std::string level = text_at(result, {"contender_level"});
  std::string text = fmt::format(
      R"(<li class="card {}"><h2>{}</h2><p class="against">{}, against {}{}</p><p class="measure">Training time</p>)",
      look_of(text_at(time, {"verdict"})).kind, escape(text_at(result, {"model"})),
      from_inline_markdown(report::backend_name(text_at(result, {"backend"}))), escape(text_at(result, {"contender"})),
      level.empty() ? "" : " (" + escape(level) + ")");
  text += fmt::format(R"(<p class="change">{}</p><p>{}</p><p class="interval">{}</p><dl>)",
                      change(number_at(time, {"percentage"})), badge(time),
                      report::is_judged(result, "training_time") ? interval(time) : "no claim: see below");
  text += line("Peak memory", change(number_at(memory, {"percentage"})) + " " + badge(memory));
  text += line("Seconds, Neural / hand", sides(result, "training_time", report::show_seconds));
  text += line("Accuracy, Neural / hand", sides(result, "accuracy", report::show_share));
  text += line("Same arithmetic", parity(result));
  return text + "</dl></li>\n";
}

}  // namespace

std::string cards(const Json& results) {
  std::string text;
  for (const Json& result : list_at(results, {"results"})) text += card(result);
  return text.empty() ? text : "<ul class=\"cards\">\n" + text + "</ul>\n";
}

}  // namespace neural::bench::html
