// What long work shows: one line that is rewritten on a terminal, plain lines elsewhere.
#pragma once

#include <string>

namespace neural::cli {

/// "40 s", "3 min 20 s".
std::string minutes_text(double seconds);

class ProgressLine {
 public:
  /// `shown` is false for --no-progress: notices are still told.
  explicit ProgressLine(bool shown);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// Takes the place of what was shown before. Where this is no terminal, `stage` decides what is worth a line: the
  /// same is not told twice; without one, a tenth of the lines is enough.
  void show(const std::string& sentence, const std::string& stage = {});

  /// A sentence that stays.
  void notice(const std::string& sentence);

  /// Takes away what is shown.
  void clear();

 private:
  bool shown_;
  bool terminal_;
  bool open_ = false;
  int told_ = 0;
  std::string last_stage_;
};

}  // namespace neural::cli
