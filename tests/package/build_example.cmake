# Installs the engine from BUILD into an empty folder, builds examples/engine against it, and runs it.
#
# cmake -DBUILD=… -DSOURCE=… -DWORK=… -DCOMPILER=… -DGENERATOR=… -P build_example.cmake
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGN}\nended with ${status}:\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE "${WORK}")
run("${CMAKE_COMMAND}" --install "${BUILD}" --component neural_engine --prefix "${WORK}/installed")
# A copy: what it finds, it finds in the installation.
file(COPY "${SOURCE}/examples/engine" DESTINATION "${WORK}")
run("${CMAKE_COMMAND}" -G "${GENERATOR}" -S "${WORK}/engine" -B "${WORK}/build" -DCMAKE_BUILD_TYPE=Release
  "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_PREFIX_PATH=${WORK}/installed")
run("${CMAKE_COMMAND}" --build "${WORK}/build")
run("${WORK}/build/circle" "${WORK}/engine/circle.neural" "${WORK}/circle.safetensors")
if(NOT output MATCHES "the middle is inside: (0\\.9[0-9]+|1\\.000)")
  message(FATAL_ERROR "the example has learnt nothing:\n${output}")
endif()
file(GLOB_RECURSE headers "${WORK}/installed/include/*")
foreach(header IN LISTS headers)
  if(header MATCHES "_test|testing\\.hpp$")
    message(FATAL_ERROR "installed, and of no use there: ${header}")
  endif()
endforeach()
