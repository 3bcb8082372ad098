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

#define MOST_TRIES 100 /* to claim a folder that others remove meanwhile */

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
  if (mkdir("run", 0755) == 0) folder->made = strlen("run");
  for (int i = 1; i < 100000; i++) {
    int n = snprintf(folder->path, sizeof folder->path, "run/%s", name);
    if (i > 1) snprintf(folder->path + n, sizeof folder->path - (size_t)n, "-%d", i);
    const int is_made = mkdir(folder->path, 0755) == 0;
    if (is_made && !folder->made) folder->made = strlen(folder->path);
    if (is_made || errno != EEXIST) return; /* other reasons are told when it is claimed */
  }
}

/* The folder and those above it. Returns 0 and sets errno. */
static int make(cli_folder *folder) {
  char *path = folder->path;
  for (size_t i = 1, n = strlen(path); i <= n; i++) {
    if (path[i] != '/' && path[i] != 0) continue;
    const char kept = path[i];
    path[i] = 0;
    const int is_made = mkdir(path, 0755) == 0;
    path[i] = kept;
    if (!is_made && errno != EEXIST) return 0;
    if (is_made && !folder->made) folder->made = i;
  }
  return 1;
}

/* Whether the folder is still under its name, not removed by the one who had it before. */
static int is_still_there(const char *path, int file) {
  struct stat mine, there;
  return fstat(file, &mine) == 0 && stat(path, &there) == 0 && mine.st_ino == there.st_ino &&
         mine.st_dev == there.st_dev;
}

int cli_folder_claim(cli_folder *folder) {
  int is_gone = 1;
  for (int i = 0; i < MOST_TRIES && is_gone; i++) {
    folder->file = make(folder) ? open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    is_gone = folder->file < 0 && errno == ENOENT;
    if (folder->file < 0) continue;
    if (flock(folder->file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
      fprintf(stderr, "spiqe: %s: another training or comparison writes into this folder\n",
              folder->path);
      close(folder->file);
      return CLI_FAILED;
    }
    folder->is_claimed = is_still_there(folder->path, folder->file);
    if (folder->is_claimed) return CLI_DONE; /* also where the file system has no locks */
    close(folder->file);
    is_gone = 1;
  }
  fprintf(stderr, "spiqe: %s: cannot be used as a folder: %s\n", folder->path, strerror(errno));
  return CLI_FAILED;
}

/* The claim is given up last: nobody else's folder is removed. */
void cli_folder_release(cli_folder *folder) {
  char *path = folder->path;
  if (!folder->is_claimed) return;
  for (size_t n = strlen(path); folder->made && n >= folder->made; n--) {
    if (path[n] != '/' && path[n] != 0) continue;
    path[n] = 0;
    if (rmdir(path) != 0 && errno != ENOENT) break;
  }
  close(folder->file);
  *folder = (cli_folder){0};
}
