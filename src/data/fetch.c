/* Downloads by libcurl: parts are resumed, wholes are checked, then renamed. */
#include "data/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* CURLOPT_PROTOCOLS is marked as old since 7.85, but what replaces it is missing before. */
#define CURL_DISABLE_DEPRECATION
#include <curl/curl.h>

#include "core/fail.h"
#include "core/file.h"
#include "core/text.h"
#include "data/classes.h"
#include "data/hash.h"
#include "data/path.h"

#define MOST_REQUESTS 20 /* for one file from one mirror */

/* One file on its way. */
typedef struct transfer {
  spiqe_context *ctx;
  const spiqe_set_file *file;
  char path[PATH_MAX], part[PATH_MAX + 8];
  int out;          /* the part, open and locked */
  uint64_t done;    /* bytes in the part */
  int is_too_long;  /* the mirror sent more than the file has */
  int write_reason; /* errno of a write that failed, 0 */
  spiqe_transfer_progress *progress;
  void *user;
} transfer;

static size_t on_bytes(char *bytes, size_t size, size_t n, void *user) {
  transfer *t = user;
  size_t left = size * n;
  t->is_too_long = left > t->file->size - t->done;
  if (t->is_too_long) return 0;
  while (left > 0) {
    ssize_t put = pwrite(t->out, bytes, left, (off_t)t->done);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      t->write_reason = errno;
      return 0;
    }
    bytes += put;
    left -= (size_t)put;
    t->done += (uint64_t)put;
  }
  return size * n;
}

static int on_progress(void *user, curl_off_t total, curl_off_t now, curl_off_t up_total,
                       curl_off_t up_now) {
  const transfer *t = user;
  (void)total, (void)now, (void)up_total, (void)up_now;
  /* libcurl calls more than once at the end; the end is told once, by finish. */
  if (!t->progress || t->done >= t->file->size) return 0;
  return t->progress(t->user, t->file->name, t->done, t->file->size);
}

static void set_options(CURL *curl, const char *address, transfer *t, char *reason) {
  curl_easy_setopt(curl, CURLOPT_URL, address);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "spiqe");
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS | CURLPROTO_FILE);
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 5L);
  curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, 20L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 100L); /* bytes a second, ... */
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, 30L);   /* ... for so many seconds: it hangs */
  curl_easy_setopt(curl, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)t->done);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
}

static spiqe_status start_over(transfer *t) {
  t->done = 0;
  SPIQE_REQUIRE(t->ctx, ftruncate(t->out, 0) == 0, SPIQE_FILE, "%s: %s", t->part, strerror(errno));
  return SPIQE_OK;
}

/* What the end of a transfer means. */
static spiqe_status judge(transfer *t, CURLcode code, const char *reason, const char *address) {
  if (code == CURLE_ABORTED_BY_CALLBACK)
    return spiqe_fail(t->ctx, SPIQE_INTERRUPTED, "%s: stopped at byte %llu of %llu", t->path,
                      (unsigned long long)t->done, (unsigned long long)t->file->size);
  SPIQE_REQUIRE(t->ctx, !t->write_reason, SPIQE_FILE, "%s: cannot write: %s", t->part,
                strerror(t->write_reason));
  SPIQE_REQUIRE(t->ctx, !t->is_too_long, SPIQE_CHECKSUM,
                "%s sends more than the %llu bytes that the file has", address,
                (unsigned long long)t->file->size);
  SPIQE_REQUIRE(t->ctx, code == CURLE_OK, SPIQE_TRANSFER, "%s: %s", address,
                *reason ? reason : curl_easy_strerror(code));
  SPIQE_REQUIRE(t->ctx, t->done == t->file->size, SPIQE_TRANSFER, "%s: ended at byte %llu of %llu",
                address, (unsigned long long)t->done, (unsigned long long)t->file->size);
  return SPIQE_OK;
}

/* Ask one mirror for what the part lacks. A server that cannot resume is asked for the whole. */
static spiqe_status ask(transfer *t, const char *address) {
  char reason[CURL_ERROR_SIZE] = "";
  CURL *curl = curl_easy_init();
  SPIQE_REQUIRE(t->ctx, curl, SPIQE_NO_MEMORY, "%s: no memory", address);
  t->is_too_long = 0;
  set_options(curl, address, t, reason);
  CURLcode code = curl_easy_perform(curl);
  spiqe_status status = SPIQE_OK;
  if (code == CURLE_RANGE_ERROR) {
    status = start_over(t);
    curl_easy_setopt(curl, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)0);
    if (status == SPIQE_OK) code = curl_easy_perform(curl);
  }
  if (status == SPIQE_OK) status = judge(t, code, reason, address);
  curl_easy_cleanup(curl);
  return status;
}

static spiqe_status check_sum(transfer *t, const char *address) {
  char sum[SPIQE_SHA256_TEXT];
  SPIQE_TRY(spiqe_hash_file(t->ctx, t->out, t->part, sum));
  SPIQE_REQUIRE(t->ctx, strcmp(sum, t->file->sha256) == 0, SPIQE_CHECKSUM,
                "%s has SHA-256 %.16s..., expected %.16s...", address, sum, t->file->sha256);
  return SPIQE_OK;
}

/* Take the file from one mirror. A wrong sum of a resumed part may be the fault of the old part, so
 * the whole is asked for once more. */
static spiqe_status take(transfer *t, const char *address) {
  for (size_t request = 1;; request++) {
    uint64_t before = t->done;
    spiqe_status status = t->done < t->file->size ? ask(t, address) : SPIQE_OK;
    if (status == SPIQE_OK) status = check_sum(t, address);
    if (status == SPIQE_TRANSFER && t->done > before && request < MOST_REQUESTS) continue;
    if (status != SPIQE_CHECKSUM) return status;
    spiqe_status emptied = start_over(t);
    if (emptied != SPIQE_OK || before == 0) return emptied != SPIQE_OK ? emptied : status;
  }
}

static int is_final(spiqe_status status) {
  return status != SPIQE_TRANSFER && status != SPIQE_CHECKSUM;
}

static spiqe_status try_mirrors(transfer *t, const char *const *mirrors, size_t n) {
  spiqe_text reasons = {0};
  spiqe_status worst = SPIQE_TRANSFER;
  for (size_t i = 0; i < n; i++) {
    char address[2048];
    if (!spiqe_file_join(address, sizeof address, mirrors[i], t->file->name)) {
      spiqe_text_add(&reasons, "; an address is too long");
      continue;
    }
    spiqe_status status = take(t, address);
    if (is_final(status)) {
      spiqe_text_destroy(&reasons);
      return status;
    }
    if (status == SPIQE_CHECKSUM) worst = status;
    spiqe_text_add(&reasons, "; %s", spiqe_context_message(t->ctx));
  }
  spiqe_fail(t->ctx, worst, "%s: no mirror gave it: %s", t->path,
             reasons.size > 2 ? reasons.data + 2 : "none is known");
  spiqe_text_destroy(&reasons);
  return worst;
}

static spiqe_status open_part(transfer *t) {
  struct stat about;
  t->out = open(t->part, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  SPIQE_REQUIRE(t->ctx, t->out >= 0, SPIQE_FILE, "%s: cannot write: %s", t->part, strerror(errno));
  SPIQE_REQUIRE(t->ctx, flock(t->out, LOCK_EX | LOCK_NB) == 0, SPIQE_FILE,
                "%s: another process is fetching it", t->part);
  SPIQE_REQUIRE(t->ctx, fstat(t->out, &about) == 0, SPIQE_FILE, "%s: %s", t->part, strerror(errno));
  t->done = (uint64_t)about.st_size;
  return t->done > t->file->size ? start_over(t) : SPIQE_OK;
}

static spiqe_status finish(transfer *t) {
  SPIQE_REQUIRE(t->ctx, fsync(t->out) == 0 && rename(t->part, t->path) == 0, SPIQE_FILE,
                "%s: cannot write: %s", t->path, strerror(errno));
  if (t->progress) t->progress(t->user, t->file->name, t->file->size, t->file->size);
  return SPIQE_OK;
}

/* 1 when the file is there and right. */
static int is_done(transfer *t) {
  char sum[SPIQE_SHA256_TEXT] = "";
  int file = open(t->path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  spiqe_status status = spiqe_hash_file(t->ctx, file, t->path, sum);
  close(file);
  return status == SPIQE_OK && strcmp(sum, t->file->sha256) == 0;
}

spiqe_status spiqe_fetch_file(spiqe_context *ctx, const spiqe_set_file *file, const char *folder,
                              const char *const *mirrors, size_t n,
                              spiqe_transfer_progress *progress, void *user) {
  transfer t = {.ctx = ctx, .file = file, .out = -1, .progress = progress, .user = user};
  SPIQE_REQUIRE(ctx, spiqe_file_join(t.path, sizeof t.path, folder, file->name), SPIQE_FILE,
                "%s: the path is too long", folder);
  if (is_done(&t)) return SPIQE_OK;
  snprintf(t.part, sizeof t.part, "%s.part", t.path);
  spiqe_status status = open_part(&t);
  if (status == SPIQE_OK) {
    status = try_mirrors(&t, mirrors, n);
    if (status == SPIQE_OK) status = finish(&t);
    if (status != SPIQE_OK && t.done == 0) unlink(t.part);
  }
  if (t.out >= 0) close(t.out);
  return status;
}

static spiqe_status choose_folder(spiqe_context *ctx, const char *folder, const spiqe_set *set,
                                  char *out, size_t out_size) {
  char cache[PATH_MAX];
  if (!folder) {
    SPIQE_REQUIRE(ctx, spiqe_path_cache(cache, sizeof cache), SPIQE_FILE,
                  "no cache folder: neither $XDG_CACHE_HOME nor $HOME is set; name a folder");
    folder = cache;
  }
  SPIQE_REQUIRE(ctx, spiqe_file_join(out, out_size, folder, set->name), SPIQE_FILE,
                "%.60s...: the path is too long", folder);
  return spiqe_file_make_folder(ctx, out);
}

/* What cannot be checked is not fetched. */
static spiqe_status check_sums(spiqe_context *ctx, const spiqe_set *set) {
  for (size_t i = 0; i < spiqe_set_n_files(set); i++)
    SPIQE_REQUIRE(ctx, set->files[i].sha256, SPIQE_UNSUPPORTED,
                  "%s cannot be fetched, as no SHA-256 of its files is known: put them in a folder "
                  "%s/ of the data path%s%s",
                  set->name, set->name, set->home ? "; they are at " : "",
                  set->home ? set->home : "");
  return SPIQE_OK;
}

spiqe_status spiqe_dataset_fetch(spiqe_context *ctx, const char *name, const char *folder,
                                 const char *mirror, spiqe_transfer_progress *progress,
                                 void *user) {
  const spiqe_set *set;
  spiqe_class_list classes; /* a part's files are those of the whole */
  char target[PATH_MAX];
  SPIQE_TRY(spiqe_set_find_part(ctx, name, &set, &classes));
  if (spiqe_set_is_built_in(set)) return SPIQE_OK;
  SPIQE_TRY(check_sums(ctx, set));
  const char *const *mirrors = mirror ? &mirror : set->mirrors;
  size_t n = mirror ? 1 : 0;
  while (!mirror && n < SPIQE_MOST_MIRRORS && set->mirrors[n]) n++;
  SPIQE_REQUIRE(ctx, n > 0, SPIQE_TRANSFER,
                "no public mirror has %s: name one (--mirror URL), or put its files in a folder "
                "%s/ of the data path",
                set->name, set->name);
  SPIQE_TRY(choose_folder(ctx, folder, set, target, sizeof target));
  spiqe_status status = SPIQE_OK;
  for (size_t i = 0; status == SPIQE_OK && i < spiqe_set_n_files(set); i++)
    status = spiqe_fetch_file(ctx, &set->files[i], target, mirrors, n, progress, user);
  if (status != SPIQE_OK) rmdir(target); /* goes only when nothing came */
  return status;
}
