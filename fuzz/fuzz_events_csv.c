/* Any text taken for a CSV of events: a sound recording, or an error; taken for labels: they end
 * after they begin, and the pieces that they cut are sound. */
#include "events_law.h"

/* A recording that labels can cut: an event at each of 100 us. */
static void check_cut(spiqe_context *ctx, const spiqe_event_label *labels, size_t n) {
  spiqe_address_event all[100];
  spiqe_events whole = {100, 1, 1, 1, 1000, all};
  spiqe_events **pieces = calloc(n, sizeof(spiqe_events *));
  if (!pieces) abort();
  for (uint32_t i = 0; i < 100; i++) all[i] = (spiqe_address_event){.time = i};
  if (spiqe_events_cut(ctx, &whole, labels, n, pieces) == SPIQE_OK)
    for (size_t i = 0; i < n; i++) check_recording(pieces[i]);
  for (size_t i = 0; i < n; i++) spiqe_events_destroy(pieces[i]);
  free(pieces);
}

static void check_labels(const uint8_t *data, size_t size) {
  spiqe_context ctx = {.n_threads = 1};
  spiqe_event_label *labels;
  size_t n;
  spiqe_status status = spiqe_event_labels_decode(&ctx, "labels", data, size, &labels, &n);
  if ((status == SPIQE_OK) != (labels != NULL) || !labels != !n) abort();
  if (!labels && !strstr(ctx.message, "labels")) abort();
  for (size_t i = 0; i < n; i++)
    if (labels[i].begin >= labels[i].end) abort();
  if (n) check_cut(&ctx, labels, n);
  free(labels);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  check_decoding("fuzz.csv", data, size);
  check_labels(data, size);
  return 0;
}
