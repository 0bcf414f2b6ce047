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

# MD4C: Debian's package of it has no target for its HTML half.
find_path(NEURAL_MD4C_INCLUDE md4c-html.h)
find_library(NEURAL_MD4C_LIBRARY md4c)
find_library(NEURAL_MD4C_HTML_LIBRARY md4c-html)
mark_as_advanced(NEURAL_MD4C_INCLUDE NEURAL_MD4C_LIBRARY NEURAL_MD4C_HTML_LIBRARY)
if(NEURAL_MD4C_INCLUDE AND NEURAL_MD4C_LIBRARY AND NEURAL_MD4C_HTML_LIBRARY)
  add_library(neural_md4c INTERFACE)
  target_include_directories(neural_md4c SYSTEM INTERFACE "${NEURAL_MD4C_INCLUDE}")
  target_link_libraries(neural_md4c INTERFACE "${NEURAL_MD4C_HTML_LIBRARY}" "${NEURAL_MD4C_LIBRARY}")
else()
  list(APPEND NEURAL_MISSING_PACKAGES libmd4c-dev libmd4c-html0-dev)
endif()

# D3 (5 to 7), which becomes a part of the HTML report, and its licence, which travels with it.
if(NOT NEURAL_D3 AND DEFINED ENV{NEURAL_D3})
  set(NEURAL_D3 "$ENV{NEURAL_D3}" CACHE FILEPATH "d3.min.js, the charting library of the HTML report")
endif()
find_file(NEURAL_D3 d3.min.js PATHS /usr/share/nodejs/d3/dist NO_DEFAULT_PATH
  DOC "d3.min.js, the charting library of the HTML report")
if(NEURAL_D3)
  cmake_path(GET NEURAL_D3 PARENT_PATH NEURAL_D3_FOLDER)
  find_file(NEURAL_D3_LICENSE NAMES LICENSE copyright NO_DEFAULT_PATH
    PATHS "${NEURAL_D3_FOLDER}" "${NEURAL_D3_FOLDER}/.." /usr/share/doc/node-d3 DOC "The licence of NEURAL_D3")
  if(NOT EXISTS "${NEURAL_D3}" OR NOT NEURAL_D3_LICENSE)
    message(FATAL_ERROR "`${NEURAL_D3}` is not there, or no LICENSE lies beside it or a folder above; "
      "name them with -DNEURAL_D3=/…/d3.min.js and -DNEURAL_D3_LICENSE=FILE")
  endif()
else()
  list(APPEND NEURAL_MISSING_PACKAGES node-d3)
  set(NEURAL_D3_HINT "Elsewhere, name D3 (5 to 7) with -DNEURAL_D3=/…/d3.min.js, or in the variable NEURAL_D3.\n")
endif()

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
    "    sudo apt-get install ${NEURAL_MISSING_PACKAGES}\n${NEURAL_D3_HINT}")
endif()
