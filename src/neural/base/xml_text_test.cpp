#include "neural/base/xml_text.hpp"

#include <gtest/gtest.h>

namespace neural {
namespace {

TEST(XmlText, writes_markup_characters_as_entities) {
  EXPECT_EQ(xml_text("a < b && c > \"d\" 'e'"), "a &lt; b &amp;&amp; c &gt; &quot;d&quot; 'e'");
  EXPECT_EQ(xml_text("]]>"), "]]&gt;");
}

TEST(XmlText, keeps_text_of_any_script) {
  EXPECT_EQ(xml_text("größe 層 שלום 🎉\n\t"), "größe 層 שלום 🎉\n\t");
}

TEST(XmlText, replaces_what_xml_does_not_have) {
  const std::string with_null("a\0b", 3);
  EXPECT_EQ(xml_text(with_null), "a\uFFFDb");
  EXPECT_EQ(xml_text("\x01\x1B[1m\r"), "\uFFFD\uFFFD[1m\uFFFD");
  EXPECT_EQ(xml_text("\uFFFE\uFFFF\uFFFD"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(xml_text("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD") << "a surrogate";
  EXPECT_EQ(xml_text("\xC3"), "\uFFFD") << "cut off";
  EXPECT_EQ(xml_text("\xFF!"), "\uFFFD!");
}

}  // namespace
}  // namespace neural
