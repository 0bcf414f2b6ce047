#include "neural/bench/html/render_html.hpp"

#include <fmt/format.h>

#include <vector>

#include "neural/base/hashes.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/html/cards.hpp"
#include "neural/bench/html/markup.hpp"
#include "neural/bench/report/sections.hpp"

namespace neural::bench::html {

// Made by the build from page/ and from the charting library.
extern const std::string_view kStyle, kScript, kLibrary, kLicense;

namespace {

/// A part of the page: charts, by the name page.js knows them by, and the words and tables that say the same.
struct Part {
  const char* id;
  const char* title;  ///< in the list of contents
  std::string (*text)(const Json& results);
  std::vector<const char*> charts;
};

const Part kParts[] = {
    {"summary", "All comparisons", report::summary_section, {"forest-time", "forest-memory"}},
    {"unmeasured", "Not compared", report::unmeasured_section, {}},
    {"doubts", "What speaks against it", report::weak_points_section, {}},
    {"time", "Time", report::time_sections, {"pairs"}},
    {"memory", "Memory", report::memory_sections, {"memory"}},
    {"quality", "Accuracy and loss", report::quality_sections, {"curves"}},
    {"overhead", "Compiling and start", report::overhead_sections, {"phases"}},
    {"parity", "Parity", report::parity_section, {}},
    {"trend", "Other sessions", report::trend_section, {"trend"}},
    {"protocol", "Protocol", report::protocol_section, {}},
    {"settings", "Settings", report::settings_section, {}},
    {"machine", "Machine", report::machine_section, {}},
    {"reading", "How to read it", report::reading_section, {}},
};

/// The tables of a part can be wider than the screen: each scrolls in a box of its own, also by the keyboard.
std::string with_boxes(std::string_view html, int& tables) {
  constexpr std::string_view kBegin = "<table>", kEnd = "</table>";
  std::string text;
  for (std::size_t begin = html.find(kBegin); begin != std::string_view::npos; begin = html.find(kBegin)) {
    const std::size_t end = html.find(kEnd, begin) + kEnd.size();
    text += html.substr(0, begin);
    text += fmt::format(R"(<div class="table" role="group" aria-label="Table {}" tabindex="0">)", ++tables);
    text.append(html.substr(begin, end - begin)).append("</div>");
    html.remove_prefix(end);
  }
  return text.append(html);
}

std::string section(const Part& part, const std::string& text, int& tables) {
  std::string html = fmt::format("<section id=\"{}\">\n", part.id);
  const bool summary = std::string_view(part.id) == "summary";
  const std::string words = with_boxes(from_markdown(text), tables);
  // Elsewhere the first heading of the words stands before the charts.
  const std::size_t heading = summary ? 0 : words.find("</h2>") + std::string_view("</h2>").size();
  html += summary ? "<h2>All comparisons</h2>\n" : words.substr(0, heading) + "\n";
  for (const char* chart : part.charts) html += fmt::format("<div class=\"charts\" data-charts=\"{}\"></div>\n", chart);
  return html + words.substr(heading) + "</section>\n";
}

/// What the charts are drawn from.
Json without_runs(Json results) {
  if (!results.is_object() || !results.contains("results") || !results["results"].is_array()) return results;
  for (Json& result : results["results"]) {
    for (const char* side : {"neural", "native"}) {
      if (const auto place = result.find(side); place != result.end() && place->is_object()) place->erase("runs");
    }
  }
  return results;
}

std::string escape_lines(std::string_view text) {
  std::string escaped;
  for (const std::string& line : split(text, '\n')) escaped += escape(line) + "\n";
  return escaped;
}

std::string title_of(const Json& results) {
  const auto list = results.is_object() ? results.find("results") : results.end();
  const std::size_t count = list != results.end() && list->is_array() ? list->size() : 0;
  return fmt::format("Neural against hand-written code: {} comparison{}", count, count == 1 ? "" : "s");
}

/// Behind the sentence over all comparisons; where there is but one kind of contender, behind what is said of it.
std::size_t end_of_answer(const std::string& html) {
  const std::size_t list = html.find("<ul>"), paragraph = html.find("<p>");
  if (list == std::string::npos) return html.size();
  return paragraph < list ? list : html.find("</ul>") + std::string_view("</ul>\n").size();
}

std::string render(const Json& results, std::string_view library, std::string_view license) {
  const std::string data = script_json(without_runs(results));
  // No text of the document can hold its own hash, so no text of the document can be a script.
  const std::string nonce = sha256(data).substr(0, 32);
  int tables = 0;
  std::string contents, sections;
  for (const Part& part : kParts) {
    const std::string text = part.text(results);
    if (text.empty()) continue;
    contents += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", part.id, part.title);
    sections += section(part, text, tables);
  }
  const auto script = [&](std::string_view text) {
    return fmt::format("<script nonce=\"{}\">{}</script>\n", nonce, text);
  };
  std::string html = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  html += fmt::format(
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'nonce-{0}'; "
      "script-src 'nonce-{0}'; img-src data:\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n"
      "<title>{1}</title>\n<style nonce=\"{0}\">{2}</style>\n</head>\n<body>\n",
      nonce, title_of(results), kStyle);
  const std::string answer = from_markdown(report::answer_section(results));
  const std::size_t details = end_of_answer(answer);
  html += "<a class=\"skip\" href=\"#summary\">To the comparisons</a>\n<header>\n" + answer.substr(0, details) +
          "</header>\n<main>\n" + cards(results) + "<div class=\"words\">\n" + answer.substr(details) + "</div>\n" +
          "<nav aria-label=\"Contents\"><ul>\n" + contents + "</ul></nav>\n" +
          "<noscript><p>Charts need JavaScript. Every number is in the tables.</p></noscript>\n" + sections +
          "</main>\n";
  if (!license.empty()) {
    html += fmt::format(
        "<footer><details><summary>Licence of D3, which draws the charts</summary><pre>{}</pre></details></footer>\n",
        escape_lines(license));
  }
  html += fmt::format("<script type=\"application/json\" id=\"results\">{}</script>\n", data);
  if (!library.empty()) html += script(library);
  return html + script(kScript) + "</body>\n</html>\n";
}

}  // namespace

std::string render_html(const Json& results) {
  return render(results, kLibrary, kLicense);
}

std::string render_own_html(const Json& results) {
  return render(results, {}, {});
}

}  // namespace neural::bench::html
