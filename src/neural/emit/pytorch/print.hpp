// LegalProgram -> text.
#pragma once

#include <string>
#include <string_view>

#include "neural/emit/pytorch/legal_program.hpp"
#include "neural/emit/text/program.hpp"

namespace neural::emit::pytorch {

std::string print(const LegalProgram& legal, const Program& program);

/// The network's class where a function uses more of it than a module has.
std::string_view model_type(const LegalProgram& legal);

/// `torch.autocast("cpu", dtype=torch.float16)`: what computes in half precision.
std::string autocast(const LegalProgram& legal);

/// The class Trainer with its loop, at the level of the options, and create_trainer.
void print_trainer(PythonWriter& writer, const LegalProgram& legal, const Program& program);

/// compute_outputs, predict, and evaluate with the functions of its metrics.
void print_evaluation(PythonWriter& writer, const LegalProgram& legal, const Program& program);

/// The table WEIGHTS with the class of its entries, load_weights and save_weights.
void print_weights(PythonWriter& writer, const LegalProgram& legal);

}  // namespace neural::emit::pytorch
