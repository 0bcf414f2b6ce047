#include <fmt/format.h>

#include <iterator>

#include "neural/base/text.hpp"
#include "neural/base/xml_text.hpp"
#include "neural/describe/units.hpp"
#include "neural/draw/draw.hpp"
#include "neural/draw/drawing.hpp"

namespace neural::draw {
namespace {

struct Look {
  std::string_view name;    ///< of its class in the style sheet
  std::string_view fill;    ///< light enough for dark text
  std::string_view stroke;  ///< dark enough to be seen on white
};

Look look_of(Family family) {
  switch (family) {
    case Family::kInput:
      return {"input", "#f1f3f5", "#68707a"};
    case Family::kDense:
      return {"dense", "#e7f0fd", "#3f74c8"};
    case Family::kConvolution:
      return {"convolution", "#fdefdf", "#c9741f"};
    case Family::kRecurrent:
      return {"recurrent", "#f2e9fc", "#8b54c4"};
    case Family::kAttention:
      return {"attention", "#fde8f0", "#c4447e"};
    case Family::kNormalization:
      return {"normalization", "#e3f5ef", "#24886a"};
    case Family::kActivation:
      return {"activation", "#fcf6d4", "#9c8410"};
    case Family::kPooling:
      return {"pooling", "#e0f4f9", "#21839f"};
    case Family::kShape:
      return {"shape", "#f5f5f5", "#83898f"};
    case Family::kNoise:
      return {"noise", "#f2eee8", "#8f7a61"};
    case Family::kMerge:
      return {"merge", "#e7f6e2", "#488f31"};
    case Family::kBlock:
      return {"block", "#f8f9fb", "#667085"};
    case Family::kCustom:
      return {"custom", "#fbe8e5", "#b8432f"};
  }
  return {};
}

constexpr std::string_view kStyle =
    "text{font-family:'DejaVu Sans',Verdana,Helvetica,Arial,sans-serif;fill:#1f2328;unicode-bidi:isolate}"
    ".m{fill:#57606a}.b{font-weight:bold}.e{text-anchor:end}.c{text-anchor:middle}"
    ".line{fill:none;stroke:#57606a;stroke-width:1.4}.to{marker-end:url(#arrow)}"
    ".gap{fill:#fff;stroke:#8c959f;stroke-dasharray:4 3}"
    ".repeat{fill:#0969da;fill-opacity:.04;stroke:#0969da;stroke-dasharray:6 4}"
    ".badge{fill:#fff;stroke:#0969da}.sum{fill:#fff;stroke:#57606a;stroke-width:1.4}";

class Writer {
 public:
  explicit Writer(const Drawing& drawing) : drawing_(drawing) {}

  std::string write() {
    put("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
        "role=\"img\">\n",
        drawing_.width, drawing_.height);
    if (!drawing_.titles.empty()) put_title(drawing_.titles.front().text);
    put_style();
    put("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
    for (const Text& text : drawing_.titles) put_text(text);
    for (const Frame& frame : drawing_.frames) put_frame(frame);
    for (const Line& line : drawing_.lines) put_line(line);
    for (const Box& box : drawing_.boxes) put_box(box);
    for (const Point& at : drawing_.sums) put_sum(at);
    for (const Text& text : drawing_.labels) put_text(text);
    text_ += "</svg>\n";
    return std::move(text_);
  }

 private:
  template <class... Values>
  void put(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
  }

  void put_style() {
    put("<style>{}", kStyle);
    for (int i = 0; i <= static_cast<int>(Family::kCustom); ++i) {
      const Look look = look_of(static_cast<Family>(i));
      put(".{}{{fill:{};stroke:{}}}", look.name, look.fill, look.stroke);
    }
    put("</style>\n<defs><marker id=\"arrow\" markerUnits=\"userSpaceOnUse\" markerWidth=\"9\" markerHeight=\"8\" "
        "refX=\"8\" refY=\"4\" orient=\"auto\"><path d=\"M0 0L9 4L0 8z\" fill=\"#57606a\"/></marker></defs>\n");
  }

  void put_title(std::string_view tooltip) {
    if (!tooltip.empty()) put("<title>{}</title>", xml_text(tooltip));
  }

  void put_text(const Text& text) {
    const std::string_view anchor = text.anchor == Anchor::kEnd      ? " e"
                                    : text.anchor == Anchor::kMiddle ? " c"
                                                                     : std::string_view();
    std::string classes = fmt::format("{}{}{}", anchor, text.is_bold ? " b" : "", text.is_muted ? " m" : "");
    if (!classes.empty()) classes = fmt::format(" class=\"{}\"", classes.substr(1));
    put("<text x=\"{}\" y=\"{}\" font-size=\"{}\"{}>{}</text>\n", text.at.x, text.at.y, text.size, classes,
        xml_text(text.text));
  }

  void put_rect(const Rect& rect, std::string_view look, Px radius) {
    put("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>\n", look, rect.x, rect.y,
        rect.width, rect.height, radius);
  }

  void put_frame(const Frame& frame) {
    put("<g>");
    put_title(frame.tooltip);
    put_rect(frame.rect, frame.is_repeat ? "repeat" : look_of(frame.family).name, 10);
    for (const Text& text : frame.texts) put_text(text);
    if (frame.is_repeat) {
      put_rect(frame.badge, "badge", frame.badge.height / 2);
      put_text(frame.badge_text);
    }
    put("</g>\n");
  }

  /// All turns are at right angles, so that one number says where the next point is.
  void put_line(const Line& line) {
    if (line.points.size() < 2) return;
    Point from = line.points.front();
    put("<path class=\"line{}\" d=\"M{} {}", line.has_arrow ? " to" : "", from.x, from.y);
    for (std::size_t i = 1; i < line.points.size(); ++i) {
      const Point to = line.points[i];
      if (to.x != from.x) put("H{}", to.x);
      if (to.y != from.y) put("V{}", to.y);
      from = to;
    }
    put("\"/>\n");
  }

  void put_box(const Box& box) {
    put("<g>");
    put_title(box.tooltip);
    const bool is_round = box.is_gap || box.family == Family::kInput;
    put_rect(box.rect, box.is_gap ? "gap" : look_of(box.family).name, is_round ? box.rect.height / 2 : 6);
    for (const Text& text : box.texts) put_text(text);
    put("</g>\n");
  }

  void put_sum(const Point& at) {
    constexpr Px kArm = 4;
    put("<circle class=\"sum\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>", at.x, at.y, kSumRadius);
    put("<path class=\"line\" d=\"M{} {}H{}M{} {}V{}\"/>\n", at.x - kArm, at.y, at.x + kArm, at.x, at.y - kArm,
        at.y + kArm);
  }

  const Drawing& drawing_;
  std::string text_;
};

std::string subtitle_of(const estimate::Outline& outline) {
  const estimate::Totals& totals = outline.totals;
  const std::int64_t layers = totals.layers.value();
  return fmt::format("{} layer{} · {} parameters, {} trained · {} FLOPs · at least {} to train", with_thousands(layers),
                     layers == 1 ? "" : "s", describe::count_text(totals.parameters),
                     describe::count_text(totals.trainable_parameters), describe::count_text(totals.cost.forward),
                     describe::bytes_text(totals.memory.training()));
}

}  // namespace

std::string svg_of(const Drawing& drawing) {
  return Writer(drawing).write();
}

std::string as_svg(const estimate::Outline& outline, const SceneOptions& options) {
  const describe::Sequence root = describe::structure_of(outline);
  return svg_of(layout_of(scene_of(root, options), printable(outline.model->name), subtitle_of(outline)));
}

}  // namespace neural::draw
