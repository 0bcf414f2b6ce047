// Prints the words of the language as a dictionary of libFuzzer and AFL: one quoted word a line.
#include <cstdio>

#include "words.hpp"

int main() {
  for (const std::string& word : neural::fuzz::words()) {
    std::putchar('"');
    for (const char c : word) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x20 || byte >= 0x7F || c == '"' || c == '\\') {
        std::printf("\\x%02X", byte);
      } else {
        std::putchar(c);
      }
    }
    std::puts("\"");
  }
}
