# models/NAME.yaml -> a C table, so that the program knows the shipped models wherever it runs.
# spiqe_embed_models(OUT): sets OUT to the generated source.
function(spiqe_embed_models out)
  file(GLOB models CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/models/*.yaml)
  list(SORT models)
  set(rows "")
  set(n 0)
  foreach(model ${models})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${model})
    get_filename_component(name ${model} NAME_WE)
    file(READ ${model} text)
    string(REGEX MATCH "summary: *([^\n]*)" ignored "${text}")
    set(summary "${CMAKE_MATCH_1}")
    string(REPLACE "\\" "\\\\" text "${text}")
    string(REPLACE "\"" "\\\"" text "${text}")
    string(REPLACE "\n" "\\n\"\n     \"" text "${text}")
    string(REPLACE "\"" "\\\"" summary "${summary}")
    string(APPEND rows "    {\"${name}\", \"${summary}\",\n     \"${text}\"},\n")
    math(EXPR n "${n} + 1")
  endforeach()
  set(source ${PROJECT_BINARY_DIR}/shipped_models.c)
  file(CONFIGURE OUTPUT ${source} CONTENT
"/* Made from the descriptions in models/ by cmake/embed_models.cmake. */
#include \"model/shipped.h\"

const spiqe_shipped_model spiqe_shipped_models[] = {
@rows@};
const size_t spiqe_n_shipped_models = @n@;
" @ONLY)
  set(${out} ${source} PARENT_SCOPE)
endfunction()
