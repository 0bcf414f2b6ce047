// Tests only: samples whose statistics were computed with other programs.
#pragma once

#include <vector>

namespace neural::bench::stats {

using Samples = std::vector<double>;

inline const Samples kEight = {0.012025, 0.017975, 0.006517, -0.005812, 0.002907, -0.007833, 0.013203, 0.038804};
inline const Samples kTwelve = {0.002156, -0.000409, 0.021797,  0.019138, 0.014108,  -0.006609,
                                0.011415, 0.025906,  -0.014884, 0.002848, -0.026024, -0.013791};
inline const Samples kTwentyFour = {-0.024835, 0.007298, -0.013349, 0.017425, 0.015135, 0.008261,  -0.038335, 0.001226,
                                    0.01103,   0.014266, -0.018603, 0.002445, -0.00757, -0.004177, 0.033218,  -0.004151,
                                    0.01135,   0.029688, 0.000328,  0.009766, 0.014209, 0.013276,  -0.012501, 0.013523};

}  // namespace neural::bench::stats
