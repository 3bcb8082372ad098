/* The progress line: "epoch  2/10 ████░░░░  43 %  loss 0.1234  acc 97.1 %  8,123/s  1:05 left". */
#include <math.h>
#include <stdio.h>

#include "core/clock.h"
#include "core/text.h"
#include "report/markup.h"
#include "spiqe/report.h"

#define BAR_CELLS 16
#define REDRAW_SECONDS 0.1

static int digits_of(size_t n) {
  return snprintf(NULL, 0, "%zu", n);
}

static void add_bar(spiqe_text *line, double done) {
  int n_full = (int)(done * BAR_CELLS + 1e-9);
  for (int i = 0; i < BAR_CELLS; i++) spiqe_text_add(line, i < n_full ? "\u2588" : "\u2591");
  spiqe_text_add(line, " %3d %%", (int)(100 * done + 1e-9));
}

static void add_scores(spiqe_text *line, const spiqe_event *event) {
  spiqe_text_add(line, "  loss ");
  spiqe_markup_fixed(line, event->loss, 4);
  spiqe_text_add(line, "  acc ");
  spiqe_markup_fixed(line, 100 * event->accuracy, 2);
  spiqe_text_add(line, " %%");
  if (event->kind != SPIQE_EVENT_EPOCH || !isfinite(event->validation_accuracy)) return;
  spiqe_text_add(line, "  val ");
  spiqe_markup_fixed(line, 100 * event->validation_accuracy, 2);
  spiqe_text_add(line, " %%");
}

static void add_speed(spiqe_text *line, const spiqe_event *event) {
  double speed = event->samples_per_second;
  if (isfinite(speed) && speed >= 0 && speed < 1e15) {
    spiqe_text_add(line, "  ");
    if (speed < 10)
      spiqe_markup_number(line, speed, 2);
    else
      spiqe_markup_count(line, (uint64_t)llround(speed));
    spiqe_text_add(line, "/s");
  }
  if (isfinite(event->seconds_left) && event->seconds_left >= 0) {
    spiqe_text_add(line, "  ");
    spiqe_markup_duration(line, event->seconds_left, 0);
    spiqe_text_add(line, " left");
  }
}

static double part_done(const spiqe_event *event) {
  if (event->kind == SPIQE_EVENT_EPOCH) return 1;
  if (event->n_steps == 0) return 0;
  return fmin(1, (double)(event->step + 1) / (double)event->n_steps);
}

/* Back to the start of the line, the text, and what is left of the old line erased. */
static void draw(spiqe_progress *progress, const spiqe_event *event) {
  spiqe_text line = {0};
  int is_end = event->kind == SPIQE_EVENT_EPOCH;
  if (progress->is_terminal) spiqe_text_add(&line, "\r");
  spiqe_text_add(&line, "epoch %*zu/%zu ", digits_of(event->n_epochs), event->epoch + 1,
                 event->n_epochs);
  if (progress->is_terminal) add_bar(&line, part_done(event));
  add_scores(&line, event);
  add_speed(&line, event);
  spiqe_text_add(&line, "%s%s", progress->is_terminal ? "\033[K" : "", is_end ? "\n" : "");
  if (!line.failed) {
    fputs(line.data, progress->stream);
    fflush(progress->stream);
  }
  spiqe_text_destroy(&line);
}

void spiqe_progress_finish(spiqe_progress *progress) {
  if (progress->last_drawn == 0) return;
  fputc('\n', progress->stream);
  fflush(progress->stream);
  progress->last_drawn = 0;
}

int spiqe_progress_listen(void *user, const spiqe_event *event) {
  spiqe_progress *progress = user;
  if (event->kind == SPIQE_EVENT_EPOCH) {
    draw(progress, event);
    progress->last_drawn = 0;
  } else if (event->kind == SPIQE_EVENT_STEP && progress->is_terminal) {
    double now = spiqe_clock_seconds();
    if (progress->last_drawn != 0 && now - progress->last_drawn < REDRAW_SECONDS) return 0;
    draw(progress, event);
    progress->last_drawn = now > 0 ? now : 1e-9;
  } else if (event->kind == SPIQE_EVENT_END) {
    spiqe_progress_finish(progress);
  }
  return 0;
}
