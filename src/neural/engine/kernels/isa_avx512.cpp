#define NEURAL_ISA_AVX512
#include "neural/engine/kernels/isa.inl"
