# How every room is compiled: one interface target, linked by `neural_room`.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON) # the rooms also end up in the Python extension
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(NEURAL_CCACHE ccache)
mark_as_advanced(NEURAL_CCACHE)
if(NEURAL_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${NEURAL_CCACHE}")
endif()

# What holds for everybody who includes a room, also where it is installed.
add_library(neural_build_interface INTERFACE)
target_compile_features(neural_build_interface INTERFACE cxx_std_20)
target_include_directories(neural_build_interface INTERFACE
  "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>" "$<INSTALL_INTERFACE:include>")
# What holds for our own code alone.
add_library(neural_compile_options INTERFACE)
target_link_libraries(neural_build_interface INTERFACE "$<BUILD_INTERFACE:neural_compile_options>")
target_compile_options(neural_compile_options INTERFACE
  -Wall -Wextra -Wno-missing-field-initializers -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror=switch -Werror=return-type -Werror=unused-result)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # What GCC 12 reports falsely, in its own standard library, once the optimiser has inlined it.
  target_compile_options(neural_compile_options INTERFACE -Wno-restrict -Wno-maybe-uninitialized -Wno-free-nonheap-object)
elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # What Clang reports in that library: std::stable_sort calls a function that is deprecated.
  target_compile_options(neural_compile_options INTERFACE -Wno-deprecated-declarations)
endif()
if(NEURAL_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "NEURAL_FUZZ needs Clang, which has libFuzzer: ./dev fuzz")
  endif()
  target_compile_options(neural_compile_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(NEURAL_WERROR)
  target_compile_options(neural_compile_options INTERFACE -Werror)
endif()
