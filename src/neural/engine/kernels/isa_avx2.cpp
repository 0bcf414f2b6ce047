#define NEURAL_ISA_AVX2
#include "neural/engine/kernels/isa.inl"
