/* A folder for one test's files, empty at its start and gone after it. */
#ifndef TESTS_SUPPORT_FOLDER_H
#define TESTS_SUPPORT_FOLDER_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct test_folder {
  char path[512];
} test_folder;

static inline int test_folder_create(test_folder *folder) {
  const char *base = getenv("TMPDIR");
  snprintf(folder->path, sizeof folder->path, "%s/spiqe-test-XXXXXX", base ? base : "/tmp");
  return mkdtemp(folder->path) != NULL;
}

static inline int test_folder_remove_one(const char *path, const struct stat *about, int type,
                                         struct FTW *place) {
  (void)about, (void)type, (void)place;
  return remove(path);
}

static inline void test_folder_destroy(const test_folder *folder) {
  nftw(folder->path, test_folder_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
