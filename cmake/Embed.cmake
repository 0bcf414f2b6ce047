# neural_embed(SOURCE NAMESPACE NAME FILES...): the text of the files, one behind the other, as
# `extern const std::string_view NAME` in NAMESPACE, in the generated file SOURCE of the current build folder.
#
# As a script (cmake -DSOURCE=… -DNAMESPACE=… -DNAME=… -DFILES=a;b -P Embed.cmake) it writes that file.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(NEURAL_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")
  function(neural_embed source namespace name)
    set(files "")
    foreach(file IN LISTS ARGN)
      cmake_path(ABSOLUTE_PATH file)
      list(APPEND files "${file}")
    endforeach()
    add_custom_command(
      OUTPUT "${source}"
      COMMAND "${CMAKE_COMMAND}" "-DSOURCE=${source}" "-DNAMESPACE=${namespace}" "-DNAME=${name}" "-DFILES=${files}"
        -P "${NEURAL_EMBED_SCRIPT}"
      DEPENDS ${files} "${NEURAL_EMBED_SCRIPT}"
      VERBATIM)
  endfunction()
  return()
endif()

set(literal "")
foreach(file IN LISTS FILES)
  file(READ "${file}" text)
  string(FIND "${text}" ")embedded\"" found)
  if(NOT found EQUAL -1)
    message(FATAL_ERROR "${file} holds what ends its literal: )embedded\"")
  endif()
  string(APPEND literal "    R\"embedded(${text})embedded\"\n")
endforeach()
file(WRITE "${SOURCE}" "#include <string_view>\n\nnamespace ${NAMESPACE} {\n"
  "extern const std::string_view ${NAME};\nconst std::string_view ${NAME} =\n${literal}    ;\n}\n")
