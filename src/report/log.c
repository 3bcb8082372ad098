/* Writing of the JSON-lines log. */
#include "report/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "core/fail.h"

struct spiqe_log {
  spiqe_context *ctx; /* borrowed */
  int file;           /* owned */
  int reason;         /* errno of the first write that failed; 0: none */
  char path[PATH_MAX];
};

const char *spiqe_log_event_name(spiqe_event_kind kind) {
  switch (kind) {
    case SPIQE_EVENT_BEGIN: return "begin";
    case SPIQE_EVENT_STEP: return "step";
    case SPIQE_EVENT_EPOCH: return "epoch";
    case SPIQE_EVENT_CHECKPOINT: return "checkpoint";
    case SPIQE_EVENT_END: return "end";
  }
  return "unknown";
}

/* One write a line, so that a kill leaves whole lines and at most one part. */
static void write_line(spiqe_log *log, const char *line, size_t size) {
  while (size > 0 && !log->reason) {
    ssize_t put = write(log->file, line, size);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) {
      log->reason = put < 0 ? errno : EIO;
      return;
    }
    line += put;
    size -= (size_t)put;
  }
}

/* 1 when the file ends inside a line, which a kill leaves behind. */
static int ends_inside_line(int file) {
  char last = '\n';
  off_t size = lseek(file, 0, SEEK_END);
  return size > 0 && pread(file, &last, 1, size - 1) == 1 && last != '\n';
}

spiqe_status spiqe_log_open(spiqe_context *ctx, const char *path, int append, spiqe_log **out) {
  *out = NULL;
  SPIQE_REQUIRE(ctx, strlen(path) < PATH_MAX, SPIQE_FILE, "'%.60s...': the path is too long", path);
  spiqe_log *log = calloc(1, sizeof *log);
  SPIQE_REQUIRE(ctx, log, SPIQE_NO_MEMORY, "no memory for a log");
  log->ctx = ctx;
  memcpy(log->path, path, strlen(path) + 1);
  log->file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | (append ? 0 : O_TRUNC), 0644);
  if (log->file < 0) {
    int reason = errno;
    free(log);
    return spiqe_fail(ctx, SPIQE_FILE, "%s: cannot write the log: %s", path, strerror(reason));
  }
  if (ends_inside_line(log->file)) write_line(log, "\n", 1);
  *out = log;
  return SPIQE_OK;
}

typedef struct number_field {
  const char *name;
  double value;
} number_field;

/* cJSON writes a number that is not finite as null, and with as many digits as read it back. */
static int add_numbers(cJSON *object, const number_field *fields, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!cJSON_AddNumberToObject(object, fields[i].name, fields[i].value)) return 0;
  return 1;
}

static int add_event(cJSON *object, const spiqe_event *event) {
  const number_field always[] = {
      {"epoch", (double)event->epoch}, {"n_epochs", (double)event->n_epochs},
      {"step", (double)event->step},   {"n_steps", (double)event->n_steps},
      {"seconds", event->seconds},
  };
  const number_field learnt[] = {
      {"loss", event->loss},
      {"accuracy", event->accuracy},
      {"rate", event->rate},
      {"samples_per_second", event->samples_per_second},
      {"seconds_left", event->seconds_left},
  };
  const number_field step[] = {{"batch_loss", event->batch_loss},
                               {"gradient_norm", event->gradient_norm}};
  const number_field epoch[] = {{"validation_loss", event->validation_loss},
                                {"validation_accuracy", event->validation_accuracy},
                                {"epoch_seconds", event->epoch_seconds}};
  const number_field end[] = {{"test_accuracy", event->test_accuracy}};
  int is_step = event->kind == SPIQE_EVENT_STEP, is_epoch = event->kind == SPIQE_EVENT_EPOCH;
  if (!cJSON_AddStringToObject(object, "event", spiqe_log_event_name(event->kind))) return 0;
  if (!add_numbers(object, always, 5)) return 0;
  if ((is_step || is_epoch) && !add_numbers(object, learnt, 5)) return 0;
  if (is_step && !add_numbers(object, step, 2)) return 0;
  if (is_epoch && !add_numbers(object, epoch, 3)) return 0;
  if (event->kind == SPIQE_EVENT_END && !add_numbers(object, end, 1)) return 0;
  return !event->path || cJSON_AddStringToObject(object, "path", event->path) != NULL;
}

int spiqe_log_listen(void *user, const spiqe_event *event) {
  spiqe_log *log = user;
  char line[SPIQE_LOG_LONGEST_LINE];
  cJSON *object = cJSON_CreateObject();
  /* cJSON asks for five bytes more than it needs; one is for the end of the line */
  int is_printed = object && add_event(object, event) &&
                   cJSON_PrintPreallocated(object, line, (int)sizeof line - 8, 0);
  cJSON_Delete(object);
  if (is_printed) {
    size_t size = strlen(line);
    line[size++] = '\n';
    write_line(log, line, size);
  } else if (!log->reason) {
    log->reason = ENOMEM;
  }
  return 0;
}

spiqe_status spiqe_log_close(spiqe_log *log) {
  if (!log) return SPIQE_OK;
  int reason = log->reason;
  if (close(log->file) != 0 && !reason) reason = errno;
  spiqe_status status = SPIQE_OK;
  if (reason)
    status = spiqe_fail(log->ctx, SPIQE_FILE, "%s: the log is not whole: %s", log->path,
                        strerror(reason));
  free(log);
  return status;
}
