#define NEURAL_ISA_PORTABLE
#include "neural/engine/kernels/isa.inl"
