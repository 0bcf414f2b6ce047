#include "neural/explain/explain.hpp"

namespace neural::explain {
namespace {

/// `place` counts the positional arguments from 1 and is null where there is none.
Json parameter_json(const ParameterEntry& parameter) {
  return {{"name", parameter.name},
          {"aliases", parameter.aliases},
          {"type", parameter.type},
          {"default", parameter.fallback.empty() ? Json(nullptr) : Json(parameter.fallback)},
          {"place", parameter.place == 0 ? Json(nullptr) : Json(parameter.place)},
          {"may_be_skipped", parameter.may_be_skipped},
          {"meaning", parameter.meaning}};
}

}  // namespace

Json as_json(const NameEntry& entry) {
  Json parameters = nullptr;
  for (const ParameterEntry& parameter : entry.parameters) parameters.push_back(parameter_json(parameter));
  Json uses = nullptr;
  for (const ParameterUse& use : entry.uses) {
    Json each = parameter_json(use.parameter);
    each["of"] = use.owners;
    uses.push_back(std::move(each));
  }
  return {{"name", entry.name},
          {"kind", entry.kind},
          {"aliases", entry.aliases},
          {"summary", entry.summary},
          {"shapes", entry.shapes.empty() ? Json(nullptr) : Json(entry.shapes)},
          {"parameters", std::move(parameters)},
          {"uses", std::move(uses)}};
}

}  // namespace neural::explain
