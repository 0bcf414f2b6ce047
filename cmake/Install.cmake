# What an installation holds: the executable, and the standard benchmarks with their hand-written contenders.
# In a wheel the executable becomes a command of the environment, the rest lies under its share/neural.
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
