// LegalProgram -> text.
#pragma once

#include <string>

#include "neural/emit/pytorch/legal_program.hpp"
#include "neural/emit/text/program.hpp"

namespace neural::emit::pytorch {

std::string print(const LegalProgram& legal, const Program& program);

/// The class Trainer with its loop, at the level of the options, and create_trainer.
void print_trainer(PythonWriter& writer, const LegalProgram& legal, const Program& program);

}  // namespace neural::emit::pytorch
