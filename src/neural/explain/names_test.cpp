#include <gtest/gtest.h>

#include <set>

#include "neural/base/text.hpp"
#include "neural/explain/explain.hpp"

namespace neural::explain {
namespace {

/// "layer Conv2D, …" of all that is called so.
std::string found(std::string_view word) {
  std::vector<std::string> texts;
  for (const NameEntry* entry : find_names(word))
    texts.push_back(std::string(entry->kind) + " " + std::string(entry->name));
  return join(texts, ", ");
}

const NameEntry& only(std::string_view word) {
  const std::vector<const NameEntry*> entries = find_names(word);
  EXPECT_EQ(entries.size(), 1U) << word;
  return *entries.front();
}

const ParameterEntry& parameter(const NameEntry& entry, std::string_view name) {
  for (const ParameterEntry& each : entry.parameters) {
    if (each.name == name) return each;
  }
  ADD_FAILURE() << name;
  return entry.parameters.front();
}

TEST(Names, are_found_by_every_spelling) {
  EXPECT_EQ(found("Conv2D"), "layer Conv2D");
  EXPECT_EQ(found("conv_2d"), "layer Conv2D");
  EXPECT_EQ(found("MaxPool2D"), "layer MaxPooling2D");
  EXPECT_EQ(found("relu"), "layer ReLU, activation relu");
  EXPECT_EQ(found("mse"), "loss mean_squared_error");
  EXPECT_EQ(found("kernel"), "parameter kernel_size");
  EXPECT_EQ(found("epochs"), "setting of train { } epochs");
  EXPECT_EQ(found("Conv9D"), "");
  EXPECT_EQ(found(""), "");
}

TEST(Names, of_layers_have_places_defaults_and_types) {
  const NameEntry& conv = only("Conv2D");
  EXPECT_EQ(conv.shapes, "(height, width, channels) → (height′, width′, filters)");
  const ParameterEntry& filters = parameter(conv, "filters");
  EXPECT_EQ(place_text(filters), "1");
  EXPECT_EQ(filters.fallback, "") << "required";
  EXPECT_EQ(filters.type, "int ≥ 1");
  const ParameterEntry& strides = parameter(conv, "strides");
  EXPECT_EQ(place_text(strides), "3?");
  EXPECT_EQ(strides.fallback, "1");
  EXPECT_EQ(join(std::vector<std::string>(strides.aliases.begin(), strides.aliases.end()), " "), "stride");
  EXPECT_EQ(place_text(parameter(conv, "groups")), "");
}

TEST(Names, of_parameters_tell_who_takes_them) {
  const NameEntry& padding = only("padding");
  ASSERT_EQ(padding.uses.size(), 3U) << "zeros around windows, what transposed ones cut off, and layers that only pad";
  const std::vector<std::string_view>& owners = padding.uses.back().owners;
  EXPECT_EQ(std::vector<std::string_view>({"ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"}), owners);
}

TEST(Names, are_complete_and_explained) {
  std::size_t layers = 0;
  for (const NameGroup& group : name_groups()) {
    std::set<std::string> names;
    for (const NameEntry& entry : group.entries) {
      EXPECT_TRUE(names.insert(std::string(entry.name)).second) << entry.name << " twice in " << group.title;
      EXPECT_NE(entry.summary, "") << entry.name;
      for (const ParameterEntry& each : entry.parameters) EXPECT_NE(each.meaning, "") << entry.name << "." << each.name;
    }
    if (group.title == "layers") layers = group.entries.size();
  }
  EXPECT_EQ(layers, model::layer_rows().size());
  EXPECT_EQ(find_group("nothing"), nullptr);
}

TEST(NameAsText, fits_80_columns) {
  for (const NameGroup& group : name_groups()) {
    for (const NameEntry& entry : group.entries) {
      for (const std::string& line : split(as_text(entry, false), '\n')) EXPECT_LE(code_points(line), 80U) << line;
    }
  }
}

TEST(NameAsText, lists_parameters_with_their_places) {
  const std::string text = as_text(only("UpSampling1D"), false);
  EXPECT_TRUE(text.starts_with("UpSampling1D: layer\n")) << text;
  EXPECT_NE(text.find("\n  1?  size: int ≥ 1 per axis, default 2\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\n  -   name: text or None, default None\n"), std::string::npos) << text;
}

TEST(NameAsJson, has_null_where_there_is_nothing) {
  const Json layer = as_json(only("GRU"));
  EXPECT_EQ(layer["kind"], "layer");
  EXPECT_TRUE(layer["uses"].is_null());
  EXPECT_EQ(layer["parameters"][0]["name"], "units");
  const Json parameter = as_json(only("return_sequences"));
  EXPECT_TRUE(parameter["shapes"].is_null());
  EXPECT_FALSE(parameter["uses"].empty());
}

}  // namespace
}  // namespace neural::explain
