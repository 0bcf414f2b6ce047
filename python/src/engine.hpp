// The engine for Python: networks that train on NumPy arrays.
#pragma once

#include <nanobind/nanobind.h>

namespace neural {

/// Adds Network, create_network and EngineError to the extension module.
void bind_engine(nanobind::module_& m);

}  // namespace neural
