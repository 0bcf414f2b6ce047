# What an installation holds: the executable, the standard benchmarks with their hand-written contenders, and the engine
# as a CMake package. In a wheel the executable becomes a command of the environment, the benchmarks lie under its share/neural, and there is no package.
if(SKBUILD)
  set(NEURAL_BIN_DIR "${SKBUILD_SCRIPTS_DIR}")
  set(NEURAL_SHARE_DIR "${SKBUILD_DATA_DIR}/share/neural")
else()
  include(GNUInstallDirs)
  set(NEURAL_BIN_DIR "${CMAKE_INSTALL_BINDIR}")
  set(NEURAL_SHARE_DIR "${CMAKE_INSTALL_DATADIR}/neural")
endif()

install(TARGETS neural RUNTIME DESTINATION "${NEURAL_BIN_DIR}")
install(DIRECTORY benchmarks DESTINATION "${NEURAL_SHARE_DIR}" PATTERN "__pycache__" EXCLUDE)

if(SKBUILD)
  return()
endif()

# find_package(neural) gives neural::engine: the room engine/network, and those it stands on, headers and libraries.
set(rooms neural_engine_network)
set(next neural_engine_network)
while(next)
  list(POP_FRONT next room)
  get_target_property(links ${room} LINK_LIBRARIES)
  foreach(link IN LISTS links)
    if(link MATCHES "^neural_" AND NOT link IN_LIST rooms)
      list(APPEND rooms ${link})
      get_target_property(type ${link} TYPE)
      if(type STREQUAL "STATIC_LIBRARY")
        list(APPEND next ${link})
      endif()
    endif()
  endforeach()
endwhile()

set(NEURAL_PACKAGE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/neural")
set_target_properties(neural_engine_network PROPERTIES EXPORT_NAME engine)
add_library(neural::engine ALIAS neural_engine_network)
install(TARGETS ${rooms} EXPORT neural-targets
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT neural_engine)
install(EXPORT neural-targets NAMESPACE neural:: DESTINATION "${NEURAL_PACKAGE_DIR}" COMPONENT neural_engine)
foreach(room IN LISTS rooms)
  get_target_property(folder ${room} SOURCE_DIR)
  cmake_path(RELATIVE_PATH folder BASE_DIRECTORY "${PROJECT_SOURCE_DIR}/src" OUTPUT_VARIABLE path)
  if(path MATCHES "^neural/")
    install(DIRECTORY "${folder}/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/${path}" COMPONENT neural_engine
      FILES_MATCHING PATTERN "*.hpp" PATTERN "*.def" PATTERN "*testing.hpp" EXCLUDE)
  endif()
endforeach()
include(CMakePackageConfigHelpers)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/neural-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES cmake/neural-config.cmake "${PROJECT_BINARY_DIR}/neural-config-version.cmake"
  DESTINATION "${NEURAL_PACKAGE_DIR}" COMPONENT neural_engine)
