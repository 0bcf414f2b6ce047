# Third-party libraries. Where one is missing the build stops here, with the one line that installs what is missing.
set(NEURAL_MISSING_PACKAGES "")

function(neural_require package debian_package)
  find_package(${package} QUIET ${ARGN})
  if(NOT ${package}_FOUND)
    list(APPEND NEURAL_MISSING_PACKAGES ${debian_package})
    set(NEURAL_MISSING_PACKAGES "${NEURAL_MISSING_PACKAGES}" PARENT_SCOPE)
  endif()
endfunction()

neural_require(fmt libfmt-dev)
neural_require(nlohmann_json nlohmann-json3-dev)
neural_require(tl-expected libexpected-dev)
neural_require(CLI11 libcli11-dev)
neural_require(SQLite3 libsqlite3-dev)
if(NEURAL_TESTS)
  neural_require(GTest libgtest-dev)
  include(GoogleTest)
endif()
if(NEURAL_MICROBENCH)
  neural_require(benchmark libbenchmark-dev)
endif()

if(NEURAL_MISSING_PACKAGES)
  list(JOIN NEURAL_MISSING_PACKAGES " " NEURAL_MISSING_PACKAGES)
  message(FATAL_ERROR "Libraries are missing. On Debian and Ubuntu, install them with\n"
    "    sudo apt-get install ${NEURAL_MISSING_PACKAGES}\n")
endif()
