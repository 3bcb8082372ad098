/* The folder of a run: its name, and the claim on it, so that two trainings never share one. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

/* A name becomes one part of a path that no shell has to quote. */
static void clean(char *name) {
  for (; *name; name++)
    if ((unsigned char)*name < 0x80 && !isalnum((unsigned char)*name) && !strchr("._+-", *name))
      *name = '-';
}

void cli_folder_choose(cli_folder *folder, const char *model, const char *data, uint64_t seed) {
  char name[256];
  snprintf(name, sizeof name, "%.80s-%.80s-s%llu", model, data, (unsigned long long)seed);
  clean(name);
  folder->made_parent = mkdir("run", 0755) == 0;
  for (int i = 1; i < 100000; i++) {
    int n = snprintf(folder->path, sizeof folder->path, "run/%s", name);
    if (i > 1) snprintf(folder->path + n, sizeof folder->path - (size_t)n, "-%d", i);
    folder->made = mkdir(folder->path, 0755) == 0;
    if (folder->made || errno != EEXIST) return; /* other reasons are told when training begins */
  }
}

int cli_folder_lock(cli_folder *folder) {
  if (folder->is_locked) return 1;
  int file = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return 1;
  if (flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    close(file);
    return 0;
  }
  folder->file = file; /* a file system without locks is no reason to stop */
  folder->is_locked = 1;
  return 1;
}

void cli_folder_release(cli_folder *folder) {
  if (folder->is_locked) close(folder->file);
  if (folder->made && rmdir(folder->path) == 0 && folder->made_parent) rmdir("run");
}
