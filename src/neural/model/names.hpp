// Names of layers nobody named, as Keras gives them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace neural::model {

/// "MaxPooling2D" -> "max_pooling2d", "ReLU" -> "re_lu".
std::string snake_case(std::string_view name);

/// Gives "dense", "dense_1", "dense_2", …, each once, and none of the names that are taken.
class AutomaticNames {
 public:
  void take(std::string name) { taken_.insert(std::move(name)); }
  std::string next(std::string_view kind);

 private:
  std::unordered_set<std::string> taken_;
  struct Series {
    std::string base;  ///< "dense"
    std::int64_t count = 0;
  };
  std::unordered_map<std::string, Series> series_;  ///< of each kind
  Series* last_ = nullptr;                          ///< of last_kind_: networks repeat few kinds
  std::string last_kind_;
};

}  // namespace neural::model
