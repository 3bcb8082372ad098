/* The page: complete, escaped, the same each time; whatever is missing is left out. With a path as
 * argument it writes the demo page there (PATH [N_CLASSES | none]), for the browser. */
#include "report/demo_page.h"
#include "report/report_support.h"

#include <sys/stat.h>

static char *write_page(fixture *f, const spiqe_page *page) {
  spiqe_status status = spiqe_page_write(f->ctx, page, f->path);
  if (status != SPIQE_OK) fail_msg("%s", spiqe_context_message(f->ctx));
  return read_back(f);
}

/* Each element that is opened is closed, in order; no attribute is left open. Enough of a parser
 * for what we write: void elements and self-closing ones are known. */
static void assert_well_formed(const char *html) {
  static const char *const void_names[] = {"meta", "link", "img", "!DOCTYPE"};
  char open[64][24];
  size_t depth = 0;
  for (const char *at = strchr(html, '<'); at; at = strchr(at, '<')) {
    const char *end = at + 1;
    for (char quote = 0; *end && (quote || *end != '>'); end++)
      if (*end == quote) quote = 0;
      else if (!quote && *end == '"') quote = '"';
      else assert_true(*end != '<' || quote);
    assert_true(*end == '>');
    char name[24] = "";
    sscanf(at + 1 + (at[1] == '/'), "%23[a-zA-Z0-9!]", name);
    int is_void = end[-1] == '/';
    for (size_t i = 0; i < 4; i++) is_void |= strcmp(name, void_names[i]) == 0;
    if (at[1] == '/') {
      assert_true(depth > 0);
      assert_string_equal(open[--depth], name);
    } else if (!is_void) {
      assert_true(depth < 64);
      memcpy(open[depth++], name, sizeof name);
    }
    at = end;
  }
  assert_int_equal(depth, 0);
}

/* What a broken number would leave in a coordinate. */
static void assert_sound(const char *html) {
  assert_well_formed(html);
  static const char *const bad[] = {"nan", "inf ", "inf\"", "-inf", "(null)", "<script", "http:",
                                    "https:", "url(", "=\"n/a"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (strstr(html, bad[i])) fail_msg("the page has '%s'", bad[i]);
}

static void a_full_page_has_every_section(void **state) {
  static const char *const parts[] = {
      "id=\"learning\"", "id=\"confusion\"", "id=\"activity\"", "id=\"memory\"", "qubit 2",
      "id=\"spikes\"", "id=\"energy\"", "loihi, memory included", "id=\"weights\"",
      "id=\"noise\"", "Readout errors",
      "id=\"confused\"", "id=\"run\"", "98.23", "cross-entropy (nats)", "QSNN on MNIST",
      "spiqe train qsnn --data mnist", "units: 1000, planes: 2", "<th scope=\"row\">seed</th>",
      "role=\"img\" aria-label=\"", "prefers-color-scheme:dark", "@media print",
      "data:image/png;base64,iVBORw0KGgo"};
  demo_page *demo = demo_page_create(10);
  char *html = write_page(*state, &demo->page);
  assert_sound(html);
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (!strstr(html, parts[i])) fail_msg("the page lacks '%s'", parts[i]);
  assert_in_range(strlen(html), 20000, 400000);
  free(html);
  free(demo);
}

static void the_same_page_gives_the_same_bytes(void **state) {
  demo_page *a = demo_page_create(10), *b = demo_page_create(10);
  char *first = write_page(*state, &a->page), *second = write_page(*state, &b->page);
  assert_string_equal(first, second);
  free(first);
  free(second);
  free(a);
  free(b);
}

static void an_empty_page_has_a_title_and_no_section(void **state) {
  const spiqe_page page = {0};
  char *html = write_page(*state, &page);
  assert_sound(html);
  assert_non_null(strstr(html, "<h1>Training report</h1>"));
  assert_null(strstr(html, "<section"));
  assert_null(strstr(html, "<svg"));
  assert_null(strstr(html, "<dl"));
  free(html);
}

static void values_that_are_not_numbers_leave_gaps(void **state) {
  demo_page *demo = demo_page_create(10);
  for (size_t i = 0; i < DEMO_EPOCHS; i++) {
    demo->points[i].validation_loss = demo->points[i].validation_accuracy = NAN;
    if (i % 3 == 0) demo->points[i].train_loss = i ? INFINITY : NAN;
    demo->points[i].rate = NAN;
    demo->points[i].seconds = NAN;
  }
  for (size_t i = 0; i < DEMO_BATCHES; i += 2) demo->batch_loss[i] = i % 4 ? NAN : -INFINITY;
  demo->state[0][3] = NAN;
  demo->traces[1].threshold = NAN;
  demo->weight_values[0][0] = NAN;
  demo->weight_values[1][0] = INFINITY;
  demo->firing_rates[0] = NAN;
  demo->page.test_accuracy = demo->page.macro_precision = demo->page.macro_recall = NAN;
  demo->page.macro_f1 = demo->page.roc_auc = NAN;
  char *html = write_page(*state, &demo->page);
  assert_sound(html);
  assert_null(strstr(html, ">validation<"));
  assert_null(strstr(html, "macro "));
  assert_null(strstr(html, "ROC AUC"));
  assert_null(strstr(html, "Learning rate"));
  free(html);
  free(demo);
}

static void curves_of_nothing_but_nan_draw_no_chart(void **state) {
  demo_page *demo = demo_page_create(10);
  spiqe_page page = {.n_points = 2, .points = demo->points, .n_batches = 3,
                     .batch_loss = demo->batch_loss, .test_accuracy = NAN};
  for (size_t i = 0; i < 2; i++)
    demo->points[i] = (spiqe_curve_point){NAN, NAN, NAN, NAN, NAN, NAN, NAN};
  for (size_t i = 0; i < 3; i++) demo->batch_loss[i] = NAN;
  char *html = write_page(*state, &page);
  assert_sound(html);
  assert_null(strstr(html, "<svg"));
  free(html);
  free(demo);
}

static void one_epoch_and_one_batch_are_enough(void **state) {
  demo_page *demo = demo_page_create(10);
  demo->page.n_points = 1;
  demo->page.n_batches = 1;
  char *html = write_page(*state, &demo->page);
  assert_sound(html);
  assert_non_null(strstr(html, "accuracy (%)"));
  free(html);
  demo->page.n_points = 0; /* stopped inside the first epoch */
  html = write_page(*state, &demo->page);
  assert_sound(html);
  assert_non_null(strstr(html, ">batch</text>"));
  free(html);
  free(demo);
}

static void losses_of_any_size_fit_an_axis(void **state) {
  static const float scales[] = {1e-30f, 1e-6f, 1, 1e6f, 1e30f, 0, -1};
  for (size_t k = 0; k < sizeof scales / sizeof *scales; k++) {
    demo_page *demo = demo_page_create(2);
    for (size_t i = 0; i < DEMO_BATCHES; i++) demo->batch_loss[i] *= scales[k];
    for (size_t i = 0; i < DEMO_EPOCHS; i++) demo->points[i].train_loss *= scales[k];
    char *html = write_page(*state, &demo->page);
    assert_sound(html);
    assert_in_range(strlen(html), 1000, 400000);
    free(html);
    free(demo);
  }
}

static void any_number_of_classes_has_a_matrix(void **state) {
  static const size_t n_classes[] = {1, 2, 10, 20, 47};
  for (size_t i = 0; i < sizeof n_classes / sizeof *n_classes; i++) {
    char last[64];
    demo_page *demo = demo_page_create(n_classes[i]);
    char *html = write_page(*state, &demo->page);
    assert_sound(html);
    snprintf(last, sizeof last, "<title>true %zu, predicted %zu:", n_classes[i] - 1,
             n_classes[i] - 1);
    assert_non_null(strstr(html, last));
    free(html);
    free(demo);
  }
}

static void a_class_without_samples_has_no_recall(void **state) {
  static const uint64_t confusion[] = {5, 0, 0, 0};
  const spiqe_page page = {.n_classes = 2, .confusion = confusion, .test_accuracy = 1,
                           .macro_precision = NAN, .macro_recall = NAN, .macro_f1 = NAN,
                           .roc_auc = NAN};
  char *html = write_page(*state, &page);
  assert_sound(html);
  assert_non_null(strstr(html, "<tr><th scope=\"row\">1</th><td>0</td><td>\u2013</td>"));
  free(html);
}

static void names_from_outside_are_escaped(void **state) {
  static const char hostile[] = "</title><script>\"x\"&'y' \x01 \xff \xed\xa0\x80 \xc3\xa9";
  static const char escaped[] = "&lt;/title&gt;&lt;script&gt;&quot;x&quot;&amp;&#39;y&#39;  ";
  demo_page *demo = demo_page_create(10);
  const spiqe_fact fact = {hostile, hostile};
  spiqe_page *page = &demo->page;
  page->title = page->model = page->data = page->recipe = page->command = hostile;
  page->loss_name = hostile;
  page->configuration = page->machine = &fact;
  page->n_configuration = page->n_machine = 1;
  demo->layer_names[0] = demo->rasters[0].layer = hostile;
  demo->weights[0].caption = demo->confused[0].caption = hostile;
  demo->traces[0].title = demo->traces[0].quantity = hostile;
  char *html = write_page(*state, page);
  assert_sound(html);
  assert_null(strchr(html, '\x01'));
  assert_null(strchr(html, '\xff'));
  size_t n = 0;
  for (const char *at = html; (at = strstr(at, escaped)); at++) n++;
  assert_in_range(n, 14, 40);
  free(html);
  free(demo);
}

static void a_large_raster_is_thinned(void **state) {
  size_t n_steps = 400, n_units = 5000;
  uint8_t *spikes = malloc(n_steps * n_units);
  assert_non_null(spikes);
  memset(spikes, 1, n_steps * n_units);
  const spiqe_raster raster = {"1 lif", 0, 0, n_steps, n_units, spikes};
  const spiqe_page page = {.n_rasters = 1, .rasters = &raster};
  char *html = write_page(*state, &page);
  assert_sound(html);
  assert_non_null(strstr(html, "neuron (1 of "));
  assert_in_range(strlen(html), 10000, 600000);
  free(html);
  free(spikes);
}

static void a_page_that_cannot_be_written_is_a_file_error(void **state) {
  fixture *f = *state;
  char path[128];
  const spiqe_page page = {0};
  snprintf(path, sizeof path, "%s/absent/page.html", f->folder);
  assert_int_equal(spiqe_page_write(f->ctx, &page, path), SPIQE_FILE);
  assert_non_null(strstr(spiqe_context_message(f->ctx), path));
  if (geteuid() == 0) return; /* permissions do not bind root */
  assert_int_equal(chmod(f->folder, 0555), 0);
  spiqe_status status = spiqe_page_write(f->ctx, &page, f->path);
  chmod(f->folder, 0755);
  assert_int_equal(status, SPIQE_FILE);
}

static void a_picture_too_large_is_refused(void **state) {
  fixture *f = *state;
  const float pixel = 0;
  const spiqe_picture picture = {"huge", SIZE_MAX / 2, 3, &pixel, 0};
  const spiqe_page page = {.n_weights = 1, .weights = &picture};
  assert_int_equal(spiqe_page_write(f->ctx, &page, f->path), SPIQE_LIMIT);
  assert_int_equal(spiqe_file_exists(f->path), 0);
}

static int write_demo(const char *path, const char *n_classes) {
  spiqe_context *ctx;
  const spiqe_page empty = {0};
  if (spiqe_context_create(NULL, &ctx, NULL, 0) != SPIQE_OK) return 1;
  size_t n = strtoul(n_classes, NULL, 10);
  demo_page *demo = demo_page_create(n < DEMO_MOST_CLASSES ? n : DEMO_MOST_CLASSES);
  const spiqe_page *page = strcmp(n_classes, "none") == 0 ? &empty : &demo->page;
  spiqe_status status = spiqe_page_write(ctx, page, path);
  if (status != SPIQE_OK) fprintf(stderr, "%s\n", spiqe_context_message(ctx));
  free(demo);
  spiqe_context_destroy(ctx);
  return status != SPIQE_OK;
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      ROW(a_full_page_has_every_section),
      ROW(the_same_page_gives_the_same_bytes),
      ROW(an_empty_page_has_a_title_and_no_section),
      ROW(values_that_are_not_numbers_leave_gaps),
      ROW(curves_of_nothing_but_nan_draw_no_chart),
      ROW(one_epoch_and_one_batch_are_enough),
      ROW(losses_of_any_size_fit_an_axis),
      ROW(any_number_of_classes_has_a_matrix),
      ROW(a_class_without_samples_has_no_recall),
      ROW(names_from_outside_are_escaped),
      ROW(a_large_raster_is_thinned),
      ROW(a_page_that_cannot_be_written_is_a_file_error),
      ROW(a_picture_too_large_is_refused),
  };
  if (argc > 1) return write_demo(argv[1], argc > 2 ? argv[2] : "10");
  return cmocka_run_group_tests(tests, NULL, NULL);
}
