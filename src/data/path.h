/* Data path: the folders where the files of a set are looked for. */
#ifndef SPIQE_DATA_PATH_H
#define SPIQE_DATA_PATH_H

#include "core/text.h"
#include "data/registry.h"

/* The user's cache folder: $XDG_CACHE_HOME/spiqe, or ~/.cache/spiqe. Returns 0 when neither is
 * known or it does not fit. */
int spiqe_path_cache(char *out, size_t out_size);

/* The whole path, ':' between: folders (or NULL), $SPIQE_DATA, the cache, ../shared/data. */
void spiqe_path_all(const char *folders, spiqe_text *out);

/* Where a file of the set is in folder: as published or unpacked (without .gz). Returns 0 when it
 * is in neither form. */
int spiqe_path_file(const char *folder, const char *file, char *out, size_t out_size);

/* The same where it was seen before. Fails: SPIQE_NOT_FOUND. */
spiqe_status spiqe_set_path(spiqe_context *ctx, const char *folder, const spiqe_set_file *file,
                            char *out, size_t out_size);

/* First folder that holds all files of the set: FOLDER/NAME of any folder of the path, or FOLDER
 * itself, unless it bears the name of another set (whose files have the same names). Returns 0 when
 * there is none. */
int spiqe_path_find(const spiqe_set *set, const char *folders, char *out, size_t out_size);

#endif
