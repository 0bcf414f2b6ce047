# neural_room(NAME DEPS rooms... LIBRARIES third-party targets... SOURCES files... TESTS files...)
#
# A room is a folder under src/neural, one static library `neural_NAME` (slashes become underscores) and, where it
# has tests, one executable `neural_NAME_test`. DEPS are the only rooms it may include; tests/architecture checks that.
function(neural_room name)
  cmake_parse_arguments(ROOM "" "" "DEPS;LIBRARIES;SOURCES;TESTS" ${ARGN})
  string(REPLACE "/" "_" suffix "${name}")
  set(target "neural_${suffix}")

  set(dependencies neural_build_interface ${ROOM_LIBRARIES})
  foreach(dep IN LISTS ROOM_DEPS)
    string(REPLACE "/" "_" dep "${dep}")
    list(APPEND dependencies "neural_${dep}")
  endforeach()

  add_library(${target} STATIC ${ROOM_SOURCES})
  target_link_libraries(${target} PUBLIC ${dependencies})

  if(NEURAL_TESTS AND ROOM_TESTS)
    add_executable(${target}_test ${ROOM_TESTS})
    target_link_libraries(${target}_test PRIVATE ${target} GTest::gtest_main)
    target_compile_definitions(${target}_test PRIVATE NEURAL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    gtest_discover_tests(${target}_test TEST_PREFIX "${name}: " DISCOVERY_TIMEOUT 60)
  endif()
endfunction()
