// Source texts for tests: random ones that the parser accepts, and the same with damage done to them.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace neural::syntax {

/// Random programs, token by token; "" stands where separators may.
class RandomPrograms {
 public:
  explicit RandomPrograms(unsigned seed) : random_(seed) {}

  std::vector<std::string> program() {
    tokens_.clear();
    separators();
    repeat(0, 3, [this] {
      block_of_file();
      separators();
    });
    return tokens_;
  }

  /// Some tokens taken away, doubled, exchanged, replaced or put in.
  std::vector<std::string> damaged(std::vector<std::string> tokens) {
    for (unsigned count = 1 + below(3); count > 0 && !tokens.empty(); --count) {
      const auto place = tokens.begin() + below(static_cast<unsigned>(tokens.size()));
      switch (below(5)) {
        case 0:
          tokens.erase(place);
          break;
        case 1:
          tokens.insert(place, std::string(*place));
          break;
        case 2:
          std::iter_swap(place, tokens.begin() + below(static_cast<unsigned>(tokens.size())));
          break;
        case 3:
          *place = any_token();
          break;
        default:
          tokens.insert(place, any_token());
      }
    }
    return tokens;
  }

  /// The tokens with white space, comments and separators, some sparing, some lavish.
  std::string written(const std::vector<std::string>& tokens) {
    const unsigned lavish = below(4);
    std::string text = one_of({"", "", "\xEF\xBB\xBF", "# top\n"});
    for (const std::string& token : tokens) {
      text += token.empty() ? one_of({"", "", ",", ";", " ,;", ",\n"}) : token;
      text += one_of({" ", " ", " ", "\n", "\t", " \n  "});
      if (below(20) < lavish) {
        text +=
            one_of({"# c\n", "  // d \t\n", "\n# e\n", "\n\n\n    #f\r\n", "\n\n", "#\n", "# g\n\n  # h\n\n", "# i\r"});
      }
    }
    return text;
  }

 private:
  unsigned below(unsigned end) { return static_cast<unsigned>(random_() % end); }
  std::string one_of(std::initializer_list<const char*> all) {
    return *(all.begin() + below(static_cast<unsigned>(all.size())));
  }
  template <class Function>
  void repeat(unsigned least, unsigned most, Function what) {
    for (unsigned count = least + below(most - least + 1); count > 0; --count) what();
  }
  void put(std::initializer_list<const char*> all) { tokens_.insert(tokens_.end(), all.begin(), all.end()); }
  void separators() { tokens_.emplace_back(); }

  std::string any_token() {
    return one_of({"{",      "}",     "(",     ")",       "[",      "]",        ":",   "=",      ",",
                   ";",      "*",     "@",     "A",       "f",      "5",        "-2",  "1e-7",   "\"s\"",
                   "'s'",    "true",  "None",  "network", "define", "research", "HPO", "choice", "range",
                   "layers", "input", "train", "epochs",  "loss",   "device"});
  }
  std::string name() { return one_of({"A", "Dense", "f", "step", "cpu", "a_rather_long_name_of_a_layer"}); }

  void block_of_file() {
    switch (below(4)) {
      case 0:
        put({"define"});
        tokens_.push_back(name());
        if (below(2) == 0) macro_parameters();
        block(3);
        break;
      case 1:
        research();
        break;
      default:
        network();
    }
  }

  void macro_parameters() {
    put({"(", "a"});
    repeat(0, 3, [this] {
      put({",", "b"});
      if (below(2) == 0) {
        put({"="});
        value(2);
      }
    });
    put({")"});
  }

  void research() {
    put({"research"});
    if (below(2) == 0) put({"R"});
    put({"{"});
    separators();
    if (below(2) == 0) {
      put({"metrics", "{", "", "a", ":", "0.5", "", "b", ":", "3", "", "}", ""});
    }
    if (below(2) == 0) put({"references", "{", "", "paper", ":", "'x'", "", "}", ""});
    put({"}"});
  }

  void network() {
    put({"network", "N", "{"});
    separators();
    std::vector<unsigned> sections = {0, 1, 2, 3, 4, 5, 6, 7};
    std::shuffle(sections.begin(), sections.end(), random_);
    for (const unsigned section : sections) {
      if (below(3) == 0) continue;
      network_section(section);
      separators();
    }
    put({"}"});
  }

  void network_section(unsigned which) {
    switch (which) {
      case 0:
        put({"input", ":", "(", "4", ")"});
        if (below(2) == 0) put({",", "(", "NONE", ",", "3", ",", ")"});
        break;
      case 1:
        put({"layers", ":"});
        separators();
        items(3);
        break;
      case 2:
        put({"loss", ":"});
        value(3);
        break;
      case 3:
        put({"optimizer", ":"});
        value(3);
        break;
      case 4:
        put({"metrics", ":"});
        values();
        break;
      case 5:
        put({"train", "{"});
        separators();
        repeat(0, 3, [this] {
          put({"epochs", ":"});
          values();
          separators();
        });
        put({"}"});
        break;
      case 6:
        put({"execution", "{", "", "device", ":"});
        device();
        put({"", "}"});
        break;
      default:
        put({"batch_size", ":"});
        values();
    }
  }

  void values() {
    value(2);
    repeat(0, 2, [this] { put({",", "HPO", "(", "choice", "(", "1", ")", ")", ",", "(", "2", ")", ",", "3"}); });
  }

  void items(unsigned depth) {
    repeat(0, 4, [this, depth] {
      if (below(6) == 0) {
        put({"x", ":"});
        block(depth - 1);
      } else if (below(12) == 0) {
        tokens_.push_back(one_of({"network", "define", "research", "True"}));
        put({";"});
      } else {
        layer(depth);
      }
      separators();
    });
  }

  void block(unsigned depth) {
    put({"{"});
    separators();
    if (depth > 0) items(depth);
    put({"}"});
  }

  void device() {
    tokens_.push_back(one_of({"cpu", "gpu", "'tpu'"}));
    if (tokens_.back() == "gpu") put({":", "1"});
  }

  void layer(unsigned depth) {
    if (below(8) == 0) {
      search(depth);
    } else {
      tokens_.push_back(name());
      if (below(2) == 0) arguments(depth);
    }
    if (below(6) == 0) {
      put({"@"});
      device();
    }
    if (depth > 0 && below(6) == 0) block(depth - 1);
    if (below(6) == 0) put({"*", "3"});
  }

  void arguments(unsigned depth) {
    put({"("});
    const unsigned positional = below(4);
    const unsigned named = depth > 0 ? below(4) : 0;
    for (unsigned i = 0; i < positional + named; ++i) {
      if (i > 0) put({","});
      if (i >= positional) {
        tokens_.push_back(one_of({"units", "activation", "kernel_initializer"}));
        tokens_.push_back(one_of({"=", "=", ":"}));
      }
      value(depth > 0 ? depth - 1 : 0);
    }
    put({")"});
  }

  void search(unsigned depth) {
    put({"HPO", "("});
    if (below(3) == 0) {
      put({"range", "(", "1", ",", "9", ",", "step", "=", "2", ")", ")"});
      return;
    }
    put({"choice", "("});
    value(depth > 0 ? depth - 1 : 0);
    repeat(0, 3, [this, depth] {
      put({","});
      value(depth > 0 ? depth - 1 : 0);
    });
    put({")", ")"});
  }

  void value(unsigned depth) {
    const unsigned kind = below(depth > 0 ? 8 : 4);
    if (kind < 4) {
      tokens_.push_back(one_of({"5", "-0.5", "1e-7", "'q'", "\"w\\\"\\z\"", "'it\\'s'", "true", "NONE", "relu"}));
    } else if (kind < 6) {
      layer(depth - 1);
    } else {
      put({kind == 6 ? "(" : "["});
      value(depth - 1);
      repeat(0, 4, [this, depth] {
        put({","});
        value(depth - 1);
      });
      if (below(4) == 0) put({","});
      put({kind == 6 ? ")" : "]"});
    }
  }

  std::mt19937 random_;
  std::vector<std::string> tokens_;
};

}  // namespace neural::syntax
