/* Whole-file reading and atomic writing over POSIX. */
#include "core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/fail.h"

#define MOST_TRIES 10000 /* to open a part that other writers rename meanwhile */

static spiqe_status read_open(spiqe_context *ctx, const char *path, int file, size_t limit,
                              uint8_t **out, size_t *size) {
  struct stat about;
  SPIQE_REQUIRE(ctx, fstat(file, &about) == 0, SPIQE_FILE, "%s: %s", path, strerror(errno));
  SPIQE_REQUIRE(ctx, S_ISREG(about.st_mode), SPIQE_FILE, "%s: not a regular file", path);
  size_t n = (size_t)about.st_size, done = 0;
  SPIQE_REQUIRE(ctx, n <= limit, SPIQE_LIMIT, "%s: %zu bytes, but at most %zu are read", path, n,
                limit);
  uint8_t *bytes = malloc(n + 1);
  SPIQE_REQUIRE(ctx, bytes, SPIQE_NO_MEMORY, "%s: no memory for %zu bytes", path, n);
  while (done < n) {
    ssize_t got = read(file, bytes + done, n - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      free(bytes);
      return spiqe_fail(ctx, SPIQE_FILE, "%s: reading stopped at byte %zu of %zu: %s", path, done,
                        n, got < 0 ? strerror(errno) : "the file became shorter");
    }
    done += (size_t)got;
  }
  bytes[n] = 0;
  *out = bytes;
  *size = n;
  return SPIQE_OK;
}

spiqe_status spiqe_file_read(spiqe_context *ctx, const char *path, size_t limit, uint8_t **out,
                             size_t *size) {
  *out = NULL;
  *size = 0;
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe must not make us wait */
  if (file < 0)
    return spiqe_fail(ctx, errno == ENOENT ? SPIQE_NOT_FOUND : SPIQE_FILE, "%s: %s", path,
                      strerror(errno));
  spiqe_status status = read_open(ctx, path, file, limit, out, size);
  close(file);
  return status;
}

static int write_all(int file, const spiqe_span *spans, size_t n_spans) {
  for (size_t i = 0; i < n_spans; i++) {
    const char *next = spans[i].data;
    size_t left = spans[i].size;
    while (left > 0) {
      ssize_t put = write(file, next, left);
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return -1;
      next += put;
      left -= (size_t)put;
    }
  }
  return fsync(file);
}

/* The rename itself must reach the disk: sync the folder that holds path. */
static int sync_folder_of(const char *path) {
  char folder[PATH_MAX];
  const char *slash = strrchr(path, '/');
  size_t n = slash ? (size_t)(slash - path) : 0;
  memcpy(folder, path, n);
  folder[n] = 0;
  int file = open(n ? folder : (slash ? "/" : "."), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return -1;
  int result = fsync(file), reason = errno;
  close(file);
  errno = reason;
  return result != 0 && reason != EINVAL ? -1 : 0; /* EINVAL: folders of this kind have no sync */
}

/* Whether the part is still under its name, not renamed or removed by the writer before us. */
static int is_still_there(const char *part, int file) {
  struct stat mine, there;
  return fstat(file, &mine) == 0 && stat(part, &there) == 0 && mine.st_ino == there.st_ino &&
         mine.st_dev == there.st_dev;
}

/* Open the part, empty; while it is open other writers of the same path wait. One that a kill left
 * is used again. Where the file system has no locks nobody waits. Returns -1 and sets errno. */
static int open_part(const char *part) {
  for (int i = 0; i < MOST_TRIES; i++) {
    int file = open(part, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) return -1;
    while (flock(file, LOCK_EX) != 0 && errno == EINTR) continue;
    const int is_ours = is_still_there(part, file);
    if (is_ours && ftruncate(file, 0) == 0) return file;
    const int reason = errno;
    close(file);
    errno = reason;
    if (is_ours) return -1;
  }
  errno = EBUSY;
  return -1;
}

spiqe_status spiqe_file_begin(spiqe_context *ctx, const char *path, spiqe_file_draft *out) {
  char part[PATH_MAX];
  *out = (spiqe_file_draft){path, -1};
  int n = snprintf(part, sizeof part, "%s.part", path);
  SPIQE_REQUIRE(ctx, n > 0 && (size_t)n < sizeof part, SPIQE_FILE, "%s: the path is too long",
                path);
  out->file = open_part(part);
  SPIQE_REQUIRE(ctx, out->file >= 0, SPIQE_FILE, "%s: cannot write: %s", path, strerror(errno));
  return SPIQE_OK;
}

/* Removed first, closed last: the next writer finds none, or its own. */
void spiqe_file_cancel(const spiqe_file_draft *draft) {
  char part[PATH_MAX];
  snprintf(part, sizeof part, "%s.part", draft->path);
  unlink(part);
  close(draft->file);
}

spiqe_status spiqe_file_commit(spiqe_context *ctx, const spiqe_file_draft *draft,
                               const spiqe_span *spans, size_t n_spans) {
  char part[PATH_MAX];
  snprintf(part, sizeof part, "%s.part", draft->path);
  if (write_all(draft->file, spans, n_spans) != 0 || rename(part, draft->path) != 0) {
    const int reason = errno;
    spiqe_file_cancel(draft);
    return spiqe_fail(ctx, SPIQE_FILE, "%s: cannot write: %s; what was there before is intact",
                      draft->path, strerror(reason));
  }
  close(draft->file); /* nothing is lost with it after fsync; the next writer goes on */
  SPIQE_REQUIRE(ctx, sync_folder_of(draft->path) == 0, SPIQE_FILE, "%s: cannot sync its folder: %s",
                draft->path, strerror(errno));
  return SPIQE_OK;
}

spiqe_status spiqe_file_write(spiqe_context *ctx, const char *path, const spiqe_span *spans,
                              size_t n_spans) {
  spiqe_file_draft draft;
  SPIQE_TRY(spiqe_file_begin(ctx, path, &draft));
  return spiqe_file_commit(ctx, &draft, spans, n_spans);
}

spiqe_status spiqe_file_make_folder(spiqe_context *ctx, const char *path) {
  char prefix[PATH_MAX];
  size_t n = strlen(path);
  SPIQE_REQUIRE(ctx, n > 0 && n < sizeof prefix, SPIQE_FILE, "'%.60s': not a usable folder path",
                path);
  memcpy(prefix, path, n + 1);
  for (size_t i = 1; i <= n; i++) {
    if (prefix[i] != '/' && prefix[i] != 0) continue;
    char kept = prefix[i];
    prefix[i] = 0;
    if (mkdir(prefix, 0755) != 0 && errno != EEXIST)
      return spiqe_fail(ctx, SPIQE_FILE, "%s: cannot make the folder: %s", prefix, strerror(errno));
    prefix[i] = kept;
  }
  struct stat about;
  SPIQE_REQUIRE(ctx, stat(path, &about) == 0 && S_ISDIR(about.st_mode), SPIQE_FILE,
                "%s: there, but not a folder", path);
  return SPIQE_OK;
}

int spiqe_file_exists(const char *path) {
  return access(path, R_OK) == 0;
}

int spiqe_file_join(char *out, size_t out_size, const char *folder, const char *name) {
  size_t n = strlen(folder);
  const char *between = n > 0 && folder[n - 1] != '/' ? "/" : "";
  int length = snprintf(out, out_size, "%s%s%s", folder, between, name);
  return length > 0 && (size_t)length < out_size;
}
