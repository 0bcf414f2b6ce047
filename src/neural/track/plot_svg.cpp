#include <fmt/format.h>

#include <array>
#include <cmath>
#include <iterator>

#include "neural/base/xml_text.hpp"
#include "neural/track/plot.hpp"

namespace neural::track {
namespace {

constexpr double kWidth = 720, kHeight = 320, kLeft = 70, kTop = 40, kRight = 20, kBottom = 50, kLine = 18;

// Okabe and Ito, "Color Universal Design" (2008), without yellow: told apart with any colour vision.
constexpr std::array kColors = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"};
// Each round of the colours has a pattern of its own.
constexpr std::array kDashes = {"", "7 3", "2 3"};

class Writer {
 public:
  explicit Writer(const Plot& plot) : plot_(plot), axes_(axes_of(plot, 8, 5)) {}

  std::string write() {
    const double height = kHeight + kLine * static_cast<double>(plot_.curves.size());
    put("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" role=\"img\">\n"
        "<title>{2}</title>\n<style>text{{font:12px 'DejaVu Sans',Verdana,Helvetica,Arial,sans-serif;fill:#1f2328;"
        "unicode-bidi:isolate}}.grid{{stroke:#d0d7de}}.curve{{fill:none;stroke-width:1.8}}</style>\n"
        "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        kWidth, height, xml_text(plot_.metric));
    write_text(kLeft, kTop - 16, "start", plot_.metric);
    write_axes();
    for (std::size_t i = 0; i < plot_.curves.size(); ++i) write_curve(i);
    return text_ + "</svg>\n";
  }

 private:
  template <class... Args>
  void put(fmt::format_string<const Args&...> format, const Args&... args) {
    fmt::format_to(std::back_inserter(text_), format, args...);
  }

  double x(double value) const { return kLeft + axes_.x.share(value) * (kWidth - kLeft - kRight); }
  double y(double value) const { return kTop + (1 - axes_.y.share(value)) * (kHeight - kTop - kBottom); }

  void write_text(double at_x, double at_y, const char* anchor, std::string_view text) {
    put("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", at_x, at_y, anchor, xml_text(text));
  }

  void write_axes() {
    const auto line = [&](double x1, double y1, double x2, double y2) {
      put("<line class=\"grid\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n", x1, y1, x2, y2);
    };
    for (const double mark : axes_.y.marks) {
      line(kLeft, y(mark), kWidth - kRight, y(mark));
      write_text(kLeft - 8, y(mark) + 4, "end", fmt::format("{:.5g}", mark));
    }
    for (const double mark : axes_.x.marks) {
      line(x(mark), kTop, x(mark), kHeight - kBottom);
      write_text(x(mark), kHeight - kBottom + 16, "middle", fmt::format("{:.6g}", mark));
    }
    write_text((kLeft + kWidth - kRight) / 2, kHeight - kBottom + 34, "middle", plot_.place);
  }

  void write_curve(std::size_t index) {
    const std::string stroke = fmt::format("stroke=\"{}\" stroke-dasharray=\"{}\"", kColors[index % kColors.size()],
                                           kDashes[index / kColors.size() % kDashes.size()]);
    const Curve& curve = plot_.curves[index];
    std::string path;
    bool is_down = false;
    for (const auto& [at_x, at_y] : curve.points) {
      if (std::isnan(at_y)) {
        is_down = false;
        continue;
      }
      path += fmt::format("{}{:.1f} {:.1f}", is_down ? "L" : "M", x(at_x), y(at_y));
      // A point without neighbours is seen as a dot: its line has no length and round ends.
      if (!is_down) path += "h0";
      is_down = true;
    }
    put("<path class=\"curve\" {} stroke-linecap=\"round\" d=\"{}\"/>\n", stroke, path);
    const double legend = kHeight + kLine * static_cast<double>(index);
    put("<path class=\"curve\" {} d=\"M{:.1f} {:.1f}h24\"/>\n", stroke, kLeft, legend - 4);
    write_text(kLeft + 32, legend, "start", curve.label);
  }

  const Plot& plot_;
  Axes axes_;
  std::string text_;
};

}  // namespace

std::string plot_svg(const Plot& plot) {
  return Writer(plot).write();
}

}  // namespace neural::track
