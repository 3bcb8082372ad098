/* Model descriptions: read, printed, built by calls, set by path, refused with place and hint. */
#include "model/model.h"
#include "support/net.h"

static spiqe_context *ctx;

static int open_context(void **state) {
  (void)state;
  ctx = test_context(1, NULL);
  return 0;
}

static int close_context(void **state) {
  (void)state;
  spiqe_context_destroy(ctx);
  return 0;
}

static spiqe_model *parsed(const char *text) {
  spiqe_model *model;
  if (spiqe_model_parse(ctx, "m.yaml", text, strlen(text), &model) != SPIQE_OK)
    fail_msg("%s\n%s", spiqe_context_message(ctx), text);
  return model;
}

static char *printed(const spiqe_model *model) {
  char *text;
  assert_int_equal(spiqe_model_print(model, &text), SPIQE_OK);
  return text;
}

/* What is printed reads back to a model that prints the same. */
static void assert_fixed_point(const spiqe_model *model) {
  char *once = printed(model);
  spiqe_model *again = parsed(once);
  char *twice = printed(again);
  assert_string_equal(once, twice);
  assert_string_equal(spiqe_model_name(model), spiqe_model_name(again));
  free(once), free(twice);
  spiqe_model_destroy(again);
}

/* Samples to fit a model to that leaves its input and its classes open. */
static const spiqe_samples recordings = {
    .n_samples = 1, .n_dimensions = 3, .shape = {2, 3, 4}, .n_features = 24, .n_classes = 5};

static void every_shipped_model_reads_back_from_its_print(void **state) {
  (void)state;
  const char *name, *summary, *text;
  size_t n = 0;
  for (; (name = spiqe_model_shipped(n, &summary, &text)); n++) {
    spiqe_model *model;
    size_t n_parameters;
    assert_int_equal(spiqe_model_open(ctx, name, &model), SPIQE_OK);
    assert_string_equal(spiqe_model_name(model), name);
    assert_true(summary[0] && strlen(text) > 0);
    assert_fixed_point(model);
    assert_int_equal(spiqe_model_fit(model, &recordings), SPIQE_OK);
    assert_fixed_point(model);
    assert_int_equal(spiqe_network_count(ctx, &model->network, &n_parameters), SPIQE_OK);
    assert_true(n_parameters > 0);
    spiqe_model_destroy(model);
  }
  assert_true(n >= 3);
}

#define HEAD "input: [4]\nstages:\n"

static void a_name_with_marks_of_yaml_reads_back(void **state) {
  (void)state;
  static const char *const names[] = {"it's", "a: b", "'",   "\\\"",
                                      "# x",  " x ",  "[1]", "M\xc3\xbcnchen"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const size_t input = 4;
    spiqe_model *model;
    assert_int_equal(spiqe_model_create(ctx, names[i], &input, 1, &model), SPIQE_OK);
    assert_int_equal(spiqe_model_add(model, "dense", NULL), SPIQE_OK);
    assert_fixed_point(model);
    spiqe_model_destroy(model);
  }
}

/* Line breaks, control characters (C1 too) and the separators that YAML takes for line breaks. */
static void a_name_that_yaml_cannot_hold_is_refused(void **state) {
  (void)state;
  static const char *const names[] = {"a\nb",         "\x01",         "\x7f",
                                      "\xc2\x85",     "\xe2\x80\xa8", "\xe2\x80\xa9",
                                      "\xef\xbf\xbe", "\xff",         "\xc3"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const size_t input = 4;
    spiqe_model *model;
    assert_int_equal(spiqe_model_create(ctx, names[i], &input, 1, &model), SPIQE_BAD_ARGUMENT);
    assert_null(model);
  }
}

static void assert_refused(const char *text, spiqe_status expected, const char *line,
                           const char *part) {
  spiqe_model *model;
  spiqe_status status = spiqe_model_parse(ctx, "m.yaml", text, strlen(text), &model);
  const char *message = spiqe_context_message(ctx);
  if (status != expected) fail_msg("%s: status %d for\n%s", message, (int)status, text);
  assert_null(model);
  if (strncmp(message, line, strlen(line)) != 0) fail_msg("'%s' is not at %s", message, line);
  if (!strstr(message, part)) fail_msg("'%s' lacks '%s'", message, part);
}

static void an_unknown_key_names_its_line_and_the_nearest(void **state) {
  (void)state;
  assert_refused(HEAD "  - dense:\nlos: {}\n", SPIQE_BAD_NAME, "m.yaml:4", "'loss'");
  assert_refused(HEAD "  - dense: {unit: 3}\n", SPIQE_BAD_NAME, "m.yaml:3", "'units'");
  assert_refused(HEAD "  - dense:\n  - qlif: {treshold: 0.5}\n", SPIQE_BAD_NAME, "m.yaml:4",
                 "'threshold'");
  assert_refused(HEAD "  - dense:\ntrain: {epoch: 3}\n", SPIQE_BAD_NAME, "m.yaml:4", "'epochs'");
  assert_refused("encode: {rate: {gian: 3}}\n" HEAD "  - dense:\n", SPIQE_BAD_NAME, "m.yaml:1",
                 "'gain'");
}

static void an_unknown_kind_names_its_line_and_the_nearest(void **state) {
  (void)state;
  assert_refused(HEAD "  - dense:\n  - qlfi:\n", SPIQE_BAD_NAME, "m.yaml:4", "'qlif'");
  assert_refused(HEAD "  - dens:\n", SPIQE_BAD_NAME, "m.yaml:3", "'dense'");
  assert_refused("encode: {dirct: {}}\n" HEAD "  - dense:\n", SPIQE_BAD_NAME, "m.yaml:1",
                 "'direct'");
}

static void a_bad_value_names_its_line_and_what_is_expected(void **state) {
  (void)state;
  assert_refused(HEAD "  - dense: {units: -1}\n", SPIQE_BAD_ARGUMENT, "m.yaml:3", "from 0 to");
  assert_refused(HEAD "  - dense:\n  - qlif:\n      threshold: 2\n", SPIQE_BAD_ARGUMENT, "m.yaml:5",
                 "from 0.01 to 0.99");
  assert_refused(HEAD "  - dense:\n  - qlif: {over: rap}\n", SPIQE_BAD_ARGUMENT, "m.yaml:4",
                 "'wrap'");
  assert_refused(HEAD "  - dense:\ntrain: {nesterov: 1}\n", SPIQE_BAD_ARGUMENT, "m.yaml:4",
                 "true or false");
  assert_refused("input: [4, x]\nstages: [dense: {}]\n", SPIQE_BAD_ARGUMENT, "m.yaml:1", "whole");
  assert_refused("stages: [dense: {}]\ninput: [0]\n", SPIQE_BAD_ARGUMENT, "m.yaml:2", "from 1");
  assert_refused("stages: [dense: {}]\ninput: [16777216, 2]\n", SPIQE_BAD_SHAPE, "m.yaml:2",
                 "2^24");
}

static void a_wrong_shape_of_text_names_its_line(void **state) {
  (void)state;
  assert_refused("stages: [dense: {}]\n", SPIQE_BAD_FORMAT, "m.yaml:1", "input");
  assert_refused("input: 4\nstages: [dense: {}]\n", SPIQE_BAD_FORMAT, "m.yaml:1", "[28, 28]");
  assert_refused("input: [1, 1, 1, 1, 1]\nstages: []\n", SPIQE_BAD_FORMAT, "m.yaml:1", "shape");
  assert_refused("input: [4]\n", SPIQE_BAD_FORMAT, "m.yaml:1", "'stages' is missing");
  assert_refused("input: [4]\nstages: []\n", SPIQE_BAD_FORMAT, "m.yaml:2", "a list of stages");
  assert_refused("input: [4]\nstages: [dense]\n", SPIQE_BAD_FORMAT, "m.yaml:2", "one stage");
  assert_refused("input: [4]\nstages: [{dense: {}, qlif: {}}]\n", SPIQE_BAD_FORMAT, "m.yaml:2",
                 "one stage");
  assert_refused(HEAD "  - dense: 4\n", SPIQE_BAD_FORMAT, "m.yaml:3", "dense: options");
  assert_refused(HEAD "  - dense: {units: [3]}\n", SPIQE_BAD_FORMAT, "m.yaml:3", "single value");
  assert_refused("- 1\n", SPIQE_BAD_FORMAT, "m.yaml:1", "mapping");
  assert_refused("name: \"a\\nb\"\n" HEAD "  - dense:\n", SPIQE_BAD_FORMAT, "m.yaml:1", "name");
}

static void a_model_of_too_many_stages_is_refused(void **state) {
  (void)state;
  char text[4096] = HEAD;
  for (int i = 0; i < 65; i++) strcat(text, "  - dense:\n");
  assert_refused(text, SPIQE_LIMIT, "m.yaml:67", "64 stages");
}

/* Set one value by its path; the print must hold it and read back. */
static void assert_sets(spiqe_model *model, const char *path, const char *key, const char *value) {
  char entry[160];
  if (spiqe_model_set(model, path, value) != SPIQE_OK)
    fail_msg("%s = %s: %s", path, value, spiqe_context_message(ctx));
  char *text = printed(model);
  snprintf(entry, sizeof entry, "%s: %s", key, value);
  if (!strstr(text, entry)) fail_msg("'%s' is not in\n%s", entry, text);
  free(text);
  assert_fixed_point(model);
}

/* Both ends of a range, every choice, both flags. */
static void set_every_value(spiqe_model *model, const char *path, const spiqe_option *o) {
  char value[64];
  for (size_t i = 0; o->type == SPIQE_OPTION_CHOICE && o->names[i]; i++)
    assert_sets(model, path, o->key, o->names[i]);
  if (o->type == SPIQE_OPTION_FLAG) {
    assert_sets(model, path, o->key, "true");
    assert_sets(model, path, o->key, "false");
  }
  for (int high = 0; high <= 1; high++) {
    double bound = high ? o->high : o->low;
    snprintf(value, sizeof value, o->type == SPIQE_OPTION_SIZE ? "%.0f" : "%.17g", bound);
    if (o->type == SPIQE_OPTION_SIZE || o->type == SPIQE_OPTION_REAL) {
      spiqe_status status = spiqe_model_set(model, path, value);
      if (status != SPIQE_OK) fail_msg("%s = %s: %s", path, value, spiqe_context_message(ctx));
      assert_fixed_point(model);
    }
  }
  const int is_source = o->type == SPIQE_OPTION_SOURCE;
  if (is_source) {
    assert_int_equal(spiqe_model_set(model, path, "// 'a' \"b\" \\\nh q[0];\n\tx q[1];"), SPIQE_OK);
    assert_fixed_point(model);
  }
  assert_int_equal(spiqe_model_set(model, path, "no such value"),
                   is_source ? SPIQE_NOT_FOUND : SPIQE_BAD_ARGUMENT);
}

static void set_section(spiqe_model *model, const char *head, spiqe_section section) {
  char path[128];
  for (size_t i = 0; i < section.n_options; i++) {
    snprintf(path, sizeof path, "%s.%s", head, section.options[i].key);
    set_every_value(model, path, &section.options[i]);
  }
}

static void every_option_of_every_kind_is_set_by_its_path_and_reads_back(void **state) {
  (void)state;
  spiqe_model *model = parsed(HEAD "  - dense:\n  - qlif:\n  - dense:\n  - lif:\n  - sqs:\n");
  for (size_t i = 0; spiqe_encoder_kind_at(i); i++) {
    assert_int_equal(spiqe_model_use_encoder(model, spiqe_encoder_kind_at(i)->name), SPIQE_OK);
    set_section(model, "encode", spiqe_model_encoder_section(model));
  }
  for (size_t i = 0; i < 5; i++) {
    char head[16];
    snprintf(head, sizeof head, "stages.%zu", i);
    set_section(model, head, spiqe_model_stage_section(model, i));
  }
  set_section(model, "loss", spiqe_model_loss_section(model));
  set_section(model, "train", spiqe_model_learn_section(model));
  set_section(model, "local", spiqe_model_local_section(model));
  spiqe_model_destroy(model);
}

/* What does not speak of the local rule learns by backpropagation, and is printed so. */
static void a_description_or_a_setting_of_local_makes_the_rule_local(void **state) {
  (void)state;
  spiqe_model *plain = parsed(HEAD "  - dense:\n  - sqs:\n");
  spiqe_model *said = parsed(HEAD "  - dense:\n  - sqs:\nlocal: {}\n");
  char *text = printed(plain), *other = printed(said);
  assert_true(!plain->is_local && said->is_local);
  assert_true(!strstr(text, "local") && strstr(other, "local: {draws: 4,"));
  free(text), free(other);
  assert_int_equal(spiqe_model_set(plain, "local.draws", "4"), SPIQE_OK);
  assert_true(plain->is_local);
  text = printed(plain), other = printed(said);
  assert_string_equal(text, other);
  free(text), free(other);
  spiqe_model_destroy(plain), spiqe_model_destroy(said);
}

static void a_kind_as_path_sets_all_stages_of_that_kind(void **state) {
  (void)state;
  spiqe_model *model = parsed(HEAD "  - dense:\n  - qlif:\n  - dense:\n  - qlif:\n");
  assert_int_equal(spiqe_model_set(model, "stages.qlif.threshold", "0.5"), SPIQE_OK);
  assert_int_equal(spiqe_model_set(model, "stages.3.threshold", "0.25"), SPIQE_OK);
  char *text = printed(model);
  assert_non_null(strstr(text, "- qlif: {threshold: 0.5,"));
  assert_non_null(strstr(text, "- qlif: {threshold: 0.25,"));
  free(text);
  spiqe_model_destroy(model);
}

static void a_wrong_path_is_refused_and_changes_nothing(void **state) {
  (void)state;
  static const char *const paths[] = {
      "",        "train",          "trian.rate", "train.",        "train.rte",
      "stages.", "stages.9.units", "stages.1",   "stages..units", "stages.lif.beta",
      "loss.x",  "encode.x",       ".",          "stages.qlif."};
  spiqe_model *model = parsed(HEAD "  - dense:\n  - qlif:\n");
  char *before = printed(model);
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    spiqe_status status = spiqe_model_set(model, paths[i], "1");
    if (status != SPIQE_BAD_NAME) fail_msg("'%s' gives %d", paths[i], (int)status);
  }
  assert_int_equal(spiqe_model_set(model, "trian.rate", "1"), SPIQE_BAD_NAME);
  assert_non_null(strstr(spiqe_context_message(ctx), "train."));
  assert_int_equal(spiqe_model_set(model, "train.rte", "1"), SPIQE_BAD_NAME);
  assert_non_null(strstr(spiqe_context_message(ctx), "'rate'"));
  char *after = printed(model);
  assert_string_equal(before, after);
  free(before), free(after);
  spiqe_model_destroy(model);
}

static void a_model_built_by_calls_is_the_one_in_yaml(void **state) {
  (void)state;
  const size_t input[2] = {28, 28};
  spiqe_model *built, *read = parsed(
                          "name: twin\ninput: [28, 28]\nencode: {rate: {steps: 7}}\n"
                          "stages:\n  - dense: {units: 9, planes: 2}\n"
                          "  - qlif: {threshold: 0.6}\n  - dense:\n  - lif:\n"
                          "loss: {kind: count}\ntrain: {rate: 0.02, epochs: 4}\n");
  assert_int_equal(spiqe_model_create(ctx, "twin", input, 2, &built), SPIQE_OK);
  assert_int_equal(spiqe_model_use_encoder(built, "rate"), SPIQE_OK);
  assert_int_equal(spiqe_model_add(built, "dense", "{units: 9, planes: 2}"), SPIQE_OK);
  assert_int_equal(spiqe_model_add(built, "qlif", "{threshold: 0.6}"), SPIQE_OK);
  assert_int_equal(spiqe_model_add(built, "dense", NULL), SPIQE_OK);
  assert_int_equal(spiqe_model_add(built, "lif", "{}"), SPIQE_OK);
  assert_int_equal(spiqe_model_set(built, "encode.steps", "7"), SPIQE_OK);
  assert_int_equal(spiqe_model_set(built, "loss.kind", "count"), SPIQE_OK);
  assert_int_equal(spiqe_model_set(built, "train.rate", "0.02"), SPIQE_OK);
  assert_int_equal(spiqe_model_set(built, "train.epochs", "4"), SPIQE_OK);
  char *one = printed(built), *two = printed(read);
  assert_string_equal(one, two);
  free(one), free(two);
  spiqe_model_destroy(built);
  spiqe_model_destroy(read);
}

static void a_stage_that_is_refused_is_not_added(void **state) {
  (void)state;
  spiqe_model *model = parsed(HEAD "  - dense:\n");
  char *before = printed(model);
  assert_int_equal(spiqe_model_add(model, "qlfi", NULL), SPIQE_BAD_NAME);
  assert_non_null(strstr(spiqe_context_message(ctx), "'qlif'"));
  assert_int_equal(spiqe_model_add(model, "qlif", "{treshold: 1}"), SPIQE_BAD_NAME);
  assert_int_equal(spiqe_model_add(model, "qlif", "{threshold: 1}"), SPIQE_BAD_ARGUMENT);
  assert_int_equal(spiqe_model_add(model, "qlif", "{threshold: "), SPIQE_BAD_FORMAT);
  assert_int_equal(spiqe_model_add(model, "qlif", "[1]"), SPIQE_BAD_FORMAT);
  char *after = printed(model);
  assert_string_equal(before, after);
  free(before), free(after);
  spiqe_model_destroy(model);
}

static void an_unknown_model_offers_the_nearest(void **state) {
  (void)state;
  spiqe_model *model;
  assert_int_equal(spiqe_model_open(ctx, "qsnn-smal", &model), SPIQE_BAD_NAME);
  assert_non_null(strstr(spiqe_context_message(ctx), "'qsnn-small'"));
  assert_int_equal(spiqe_model_open(ctx, "/no/such/model.yaml", &model), SPIQE_NOT_FOUND);
}

/* The chain is checked when a network is made of it. */
static void a_chain_that_cannot_be_names_its_stage(void **state) {
  (void)state;
  static const char *const chains[][2] = {
      {"  - qlif:\n", "stage 0 (qlif)"},
      {"  - dense:\n  - dense:\n", "stage 1 (dense)"},
      {"  - dense:\n", "the last stage"},
      {"  - dense: {planes: 2}\n  - lif:\n", "stage 1 (lif)"},
      {"  - dense: {planes: 2}\n  - qlif: {learn_leak: true}\n", "stage 1 (qlif)"},
      {"  - dense: {planes: 2}\n  - qlif: {leak: published}\n", "stage 1 (qlif)"},
      {"  - dense:\n  - qlif: {leak: published, gradient: published}\n", "stage 1 (qlif)"},
      {"  - dense:\n  - conv2d:\n", "stage 1 (conv2d): its input is a current"},
      {"  - conv2d: {kernel: 4, padding: 1}\n",
       "stage 0 (conv2d): a kernel of 4 x 4 does not fit into 1 x 1 x 4"},
      {"  - maxpool: {size: 2}\n",
       "stage 0 (maxpool): a window of 2 x 2 does not fit into 1 x 1 x 4"},
      {"  - conv2d: {filters: 65536, planes: 10, kernel: 1024, padding: 1023}\n",
       "at most 2^28 weights and 2^28 currents"}};
  for (size_t i = 0; i < sizeof chains / sizeof *chains; i++) {
    char text[256];
    size_t n;
    snprintf(text, sizeof text, HEAD "%s", chains[i][0]);
    spiqe_model *model = parsed(text);
    assert_true(spiqe_network_count(ctx, &model->network, &n) != SPIQE_OK);
    if (!strstr(spiqe_context_message(ctx), chains[i][1]))
      fail_msg("'%s' lacks '%s'", spiqe_context_message(ctx), chains[i][1]);
    spiqe_model_destroy(model);
  }
}

static void what_a_model_leaves_open_follows_from_the_data(void **state) {
  (void)state;
  const size_t flat = 24;
  size_t n, n_said;
  spiqe_model *built, *open = parsed(
                          "input: data\nencode: {events: {steps: 3}}\nstages:\n"
                          "  - dense: {units: 7}\n  - lif:\n"
                          "  - dense: {units: 0}\n  - lif:\n");
  spiqe_model *said = parsed(
      "input: [2, 3, 4]\nencode: {events: {steps: 3}}\nstages:\n"
      "  - dense: {units: 7}\n  - lif:\n"
      "  - dense: {units: 5}\n  - lif:\n");
  assert_fixed_point(open);
  assert_int_equal(spiqe_network_count(ctx, &open->network, &n), SPIQE_BAD_SHAPE);
  assert_non_null(strstr(spiqe_context_message(ctx), "input: data"));
  assert_int_equal(spiqe_model_fit(open, &recordings), SPIQE_OK);
  char *one = printed(open), *two = printed(said);
  assert_string_equal(one, two);
  assert_int_equal(spiqe_network_count(ctx, &open->network, &n), SPIQE_OK);
  assert_int_equal(spiqe_network_count(ctx, &said->network, &n_said), SPIQE_OK);
  assert_int_equal(n, n_said);
  free(one), free(two);
  assert_int_equal(spiqe_model_create(ctx, "built", NULL, 0, &built), SPIQE_OK);
  assert_int_equal(spiqe_model_fit(built, &recordings), SPIQE_OK);
  assert_int_equal(built->network.n_dimensions, 3);
  spiqe_model_destroy(built);
  assert_int_equal(spiqe_model_create(ctx, "built", &flat, 1, &built), SPIQE_OK);
  spiqe_model_destroy(built);
  spiqe_model_destroy(open);
  spiqe_model_destroy(said);
}

/* Size of the sensor to what encode.downsample and encode.history become. */
static void an_encoder_of_events_fits_the_sensor(void **state) {
  (void)state;
  static const struct {
    size_t height, width;
    const char *downsample, *history;
  } sensors[] = {{34, 34, "downsample: 2,", "history: 1,"},
                 {1, 12, "downsample: 1,", "history: 25,"},
                 {1, 40, "downsample: 1,", "history: 8,"},
                 {128, 128, "downsample: 2,", "history: 1,"}};
  for (size_t i = 0; i < sizeof sensors / sizeof *sensors; i++) {
    const spiqe_samples samples = {.n_dimensions = 3,
                                   .shape = {2, sensors[i].height, sensors[i].width},
                                   .n_classes = 5};
    size_t n;
    spiqe_model *model = parsed(
        "input: data\nencode: {events: {steps: 50, downsample: 0, "
        "history: 0}}\nstages:\n  - dense: {units: 3}\n  - lif:\n");
    assert_int_equal(spiqe_model_fit(model, &samples), SPIQE_OK);
    char *text = printed(model);
    if (!strstr(text, sensors[i].downsample) || !strstr(text, sensors[i].history))
      fail_msg("sensor %zu: %s", i, text);
    assert_int_equal(spiqe_network_count(ctx, &model->network, &n), SPIQE_OK);
    free(text);
    spiqe_model_destroy(model);
  }
  size_t n;
  spiqe_model *model = parsed(
      "input: [2, 3, 4]\nencode: {events: {history: 0}}\nstages:\n"
      "  - dense: {units: 3}\n  - lif:\n");
  assert_int_equal(spiqe_network_count(ctx, &model->network, &n), SPIQE_BAD_SHAPE);
  assert_non_null(strstr(spiqe_context_message(ctx), "history: 0 stands for"));
  spiqe_model_destroy(model);
}

/* What is said is not changed, however the samples look. */
static void fitting_changes_nothing_that_is_said(void **state) {
  (void)state;
  spiqe_model *model = parsed(HEAD "  - dense: {units: 3}\n  - lif:\n");
  char *before = printed(model);
  assert_int_equal(spiqe_model_fit(model, &recordings), SPIQE_OK);
  char *after = printed(model);
  assert_string_equal(before, after);
  free(before), free(after);
  spiqe_model_destroy(model);
}

static void what_cannot_follow_from_the_data_is_an_error(void **state) {
  (void)state;
  size_t n;
  spiqe_samples samples = recordings;
  spiqe_model *model = parsed("input: data\nstages:\n  - dense: {units: 0}\n  - lif:\n");
  samples.n_classes = 0;
  assert_int_equal(spiqe_model_fit(model, &samples), SPIQE_BAD_SHAPE);
  assert_non_null(strstr(spiqe_context_message(ctx), "no labels"));
  spiqe_model_destroy(model);
  model = parsed(
      "input: data\nstages:\n  - dense: {units: 0}\n  - lif:\n"
      "  - dense: {units: 0}\n  - lif:\n");
  assert_int_equal(spiqe_model_fit(model, &recordings), SPIQE_OK);
  assert_int_equal(spiqe_network_count(ctx, &model->network, &n), SPIQE_BAD_SHAPE);
  assert_non_null(strstr(spiqe_context_message(ctx), "stage 0 (dense): units: 0"));
  spiqe_model_destroy(model);
  model = parsed("input: data\nstages:\n  - dense: {units: 0}\n  - lif:\n");
  samples = (spiqe_samples){.n_dimensions = 1, .shape = {(size_t)1 << 25}, .n_classes = 2};
  assert_int_equal(spiqe_model_fit(model, &samples), SPIQE_BAD_SHAPE);
  spiqe_model_destroy(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_shipped_model_reads_back_from_its_print),
      cmocka_unit_test(a_name_with_marks_of_yaml_reads_back),
      cmocka_unit_test(a_name_that_yaml_cannot_hold_is_refused),
      cmocka_unit_test(an_unknown_key_names_its_line_and_the_nearest),
      cmocka_unit_test(an_unknown_kind_names_its_line_and_the_nearest),
      cmocka_unit_test(a_bad_value_names_its_line_and_what_is_expected),
      cmocka_unit_test(a_wrong_shape_of_text_names_its_line),
      cmocka_unit_test(a_model_of_too_many_stages_is_refused),
      cmocka_unit_test(every_option_of_every_kind_is_set_by_its_path_and_reads_back),
      cmocka_unit_test(a_description_or_a_setting_of_local_makes_the_rule_local),
      cmocka_unit_test(a_kind_as_path_sets_all_stages_of_that_kind),
      cmocka_unit_test(a_wrong_path_is_refused_and_changes_nothing),
      cmocka_unit_test(a_model_built_by_calls_is_the_one_in_yaml),
      cmocka_unit_test(a_stage_that_is_refused_is_not_added),
      cmocka_unit_test(an_unknown_model_offers_the_nearest),
      cmocka_unit_test(a_chain_that_cannot_be_names_its_stage),
      cmocka_unit_test(what_a_model_leaves_open_follows_from_the_data),
      cmocka_unit_test(an_encoder_of_events_fits_the_sensor),
      cmocka_unit_test(fitting_changes_nothing_that_is_said),
      cmocka_unit_test(what_cannot_follow_from_the_data_is_an_error),
  };
  return cmocka_run_group_tests(tests, open_context, close_context);
}
