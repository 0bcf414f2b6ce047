// Search expressions: where they stand, what they search over, and which of their values a Model is made with.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "neural/model/model.hpp"
#include "neural/model/reporter.hpp"
#include "neural/syntax/ast.hpp"

namespace neural::model {

/// The end of every search at which values are read: the first alternative or low bound, or the last or high one.
enum class SearchPoint { kFirst, kLast };

class SearchSpace {
 public:
  SearchPoint point() const { return point_; }
  void set_point(SearchPoint point) { point_ = point; }
  bool is_empty() const { return variables_.empty(); }
  const std::vector<SearchVariable>& variables() const { return variables_; }

  /// The path of the place that is being read; variables get it for a name.
  void enter(std::string_view part) { path_.emplace_back(part); }
  void enter(std::string_view list, std::size_t index) { path_.emplace_back(Indexed{list, index}); }
  void leave() { path_.pop_back(); }
  std::string path() const;

  using Indexed = std::pair<std::string_view, std::size_t>;
  using Path = std::vector<std::variant<std::string_view, Indexed>>;
  Path restart() { return std::exchange(path_, {}); }
  void resume(Path path) { path_ = std::move(path); }

  /// The name of a search expression that is read elsewhere than it stands: an argument of a macro.
  void name(const syntax::SearchExpression& search, std::string name);

  /// Takes note of a search expression; a second time it is the same variable. The name of the variable.
  const std::string& declare(const syntax::SearchExpression& search, bool is_integer, bool bears_on_shapes);

  /// Positions in variables() of those that shapes may depend on, in order.
  const std::set<std::size_t>& shaping() const { return shaping_; }

  /// How often a search expression has been read: what depends on one is not the same at the other point.
  std::size_t read_count() const { return read_count_; }

 private:
  SearchPoint point_ = SearchPoint::kFirst;
  Path path_;
  std::size_t read_count_ = 0;
  std::vector<SearchVariable> variables_;
  std::set<std::size_t> shaping_;
  std::unordered_map<std::uint64_t, std::size_t> by_place_;  ///< begin and end
  std::unordered_map<std::uint32_t, std::string> names_;
  std::unordered_map<std::string, int> taken_;
};

/// While it lives, what is read stands at a further part of the path. A null space is no space.
class PathScope {
 public:
  PathScope(SearchSpace* space, std::string_view part) : space_(space) {
    if (space_ != nullptr) space_->enter(part);
  }
  PathScope(SearchSpace* space, std::string_view list, std::size_t index) : space_(space) {
    if (space_ != nullptr) space_->enter(list, index);
  }
  ~PathScope() {
    if (space_ != nullptr) space_->leave();
  }
  PathScope(const PathScope&) = delete;
  PathScope& operator=(const PathScope&) = delete;

 private:
  SearchSpace* space_;
};

/// While it lives, the path begins anew.
class PathRestart {
 public:
  PathRestart(SearchSpace& space, std::string_view part) : space_(space), before_(space.restart()) {
    space.enter(part);
  }
  ~PathRestart() { space_.resume(std::move(before_)); }
  PathRestart(const PathRestart&) = delete;
  PathRestart& operator=(const PathRestart&) = delete;

 private:
  SearchSpace& space_;
  SearchSpace::Path before_;
};

/// The search expression a value is, or null.
const syntax::SearchExpression* search_of(const syntax::Value& value);

/// A search expression that is not the whole value but a part of it, or null; what it is a part of.
struct InnerSearch {
  const syntax::SearchExpression* search = nullptr;
  std::string_view place;
};
InnerSearch search_inside(const syntax::Value& value);

/// Whether the operands go together, whatever they are for: E351 to E354.
bool check_operands(const syntax::SearchExpression& search, Reporter& reporter);

/// "with the first values of its searches: `layers[0].units` = `8`, …", of those that bear on shapes the nearest to a
/// place; empty where there are none.
std::string values_text(const SearchSpace& searches, syntax::Span place);

/// E355, with the name of the place.
void refuse_search(syntax::Span span, std::string_view place, Reporter& reporter);

/// The value as the arguments of custom layers and the alternatives of searches have it.
AnyValue any_value(const syntax::Value& value);

}  // namespace neural::model
