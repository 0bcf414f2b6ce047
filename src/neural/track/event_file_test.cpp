// Against bytes that TensorFlow's own writer gave for the same events (tf.io.TFRecordWriter over event_pb2.Event).
#include "neural/track/event_file.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

namespace neural::track {
namespace {

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

TEST(EventFile, begins_with_its_version) {
  EXPECT_EQ(hex(first_event(1500)), "1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c");
}

TEST(EventFile, has_a_scalar_a_metric) {
  EXPECT_EQ(hex(event_of({.unix_ms = 2250, .step = 300, .split = "val", .key = "loss", .value = 0.5})),
            "1f00000000000000514b441809000000000000024010ac022a110a0f0a0876616c2f6c6f7373150000003f1bbef708");
}

TEST(EventFile, has_the_parameters_as_numbers_and_texts) {
  const Params params = {{"rate", "0.5"}, {"name", "Adam"}, {"clip", "nan"}};
  EXPECT_EQ(hex(event_of(params, 1500)),
            "79000000000000008a13537b09000000000000f83f10002a6c0a6a0a1c5f68706172616d735f2f73657373696f6e5f73"
            "746172745f696e666f4a4a0a480a0768706172616d73123d1a3b0a110a0472617465120911000000000000e03f0a0e0a"
            "046e616d6512061a044164616d0a0d0a04636c697012051a036e616e29000000000000f83f06392d39");
}

TEST(EventFile, keeps_what_is_not_finite_and_mends_what_is_not_utf8) {
  const std::string event = event_of({.split = "", .key = "a\xFF", .value = std::nan("")});
  EXPECT_NE(event.find("train/a\\xff"), std::string::npos);
  EXPECT_NE(event.find(std::string("\x15\x00\x00\xC0\x7F", 5)), std::string::npos);
}

TEST(EventFile, has_a_name_that_stays_in_its_folder) {
  EXPECT_EQ(event_file_name(1'700'000'000'999, "../ho st", 12), "events.out.tfevents.1700000000._._ho_st.12.0");
}

}  // namespace
}  // namespace neural::track
