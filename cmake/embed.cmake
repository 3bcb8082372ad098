# FOLDER/NAME.yaml -> a C table, so that the program knows the shipped descriptions wherever it runs.
# spiqe_embed(OUT FOLDER HEADER): sets OUT to the generated source, which defines the table
# spiqe_shipped_LAST and its size spiqe_n_shipped_LAST, declared in HEADER; LAST: the folder's own name.
function(spiqe_embed out folder header)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.yaml)
  list(SORT files)
  get_filename_component(last ${folder} NAME)
  set(rows "")
  set(n 0)
  foreach(path ${files})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
    get_filename_component(name ${path} NAME_WE)
    file(READ ${path} text)
    string(REGEX MATCH "summary: *([^\n]*)" ignored "${text}")
    set(summary "${CMAKE_MATCH_1}")
    string(REPLACE "\\" "\\\\" text "${text}")
    string(REPLACE "\"" "\\\"" text "${text}")
    string(REPLACE "\n" "\\n\"\n     \"" text "${text}")
    string(REPLACE "\"" "\\\"" summary "${summary}")
    string(APPEND rows "    {\"${name}\", \"${summary}\",\n     \"${text}\"},\n")
    math(EXPR n "${n} + 1")
  endforeach()
  set(source ${PROJECT_BINARY_DIR}/shipped_${last}.c)
  file(CONFIGURE OUTPUT ${source} CONTENT
"/* Made from the descriptions in @folder@/ by cmake/embed.cmake. */
#include \"@header@\"

const spiqe_shipped spiqe_shipped_@last@[] = {
@rows@};
const size_t spiqe_n_shipped_@last@ = @n@;
" @ONLY)
  set(${out} ${source} PARENT_SCOPE)
endfunction()
