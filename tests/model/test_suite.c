/* Suites: shipped ones can be run; what is read is what was written; what is wrong is told with its
 * line and the nearest name. */
#include "spiqe/suite.h"

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

static spiqe_suite *parsed(const char *text, int is_quick) {
  spiqe_suite *suite;
  if (spiqe_suite_parse(ctx, "s.yaml", text, strlen(text), is_quick, &suite) != SPIQE_OK)
    fail_msg("%s\n%s", spiqe_context_message(ctx), text);
  return suite;
}

static void every_shipped_suite_can_be_run(void **state) {
  (void)state;
  const char *name, *summary, *text;
  size_t n = 0;
  for (; (name = spiqe_suite_shipped(n, &summary, &text)); n++)
    for (int is_quick = 0; is_quick < 2; is_quick++) {
      spiqe_suite *suite;
      if (spiqe_suite_open(ctx, name, is_quick, &suite) != SPIQE_OK)
        fail_msg("%s", spiqe_context_message(ctx));
      assert_string_equal(suite->name, name);
      assert_string_equal(suite->summary, summary);
      assert_true(suite->n_models > 1 && suite->n_seeds > 0 && text[0]);
      assert_true(!is_quick || suite->limit > 0);
      for (size_t i = 0; i < suite->n_models; i++) {
        spiqe_model *model;
        assert_int_equal(spiqe_suite_model(ctx, suite, i, "digits", &model), SPIQE_OK);
        assert_string_equal(spiqe_model_name(model), suite->models[i]);
        spiqe_model_destroy(model);
      }
      spiqe_suite_destroy(suite);
    }
  assert_true(n > 0);
}

static const char both[] =
    "name: mine\nsummary: two of them\nmodels: [snn, qsnn-small]\ndata: [digits, 'usps:1,7']\n"
    "seeds: 5\nlimit: 900\nset: {train.epochs: 7, train.batch: 30}\n"
    "set_for: {usps: {train.epochs: 9}}\n"
    "quick: {limit: 100, set: {train.epochs: 1}}\n";

static void assert_protocol(const spiqe_suite *suite, const char *data, size_t epochs) {
  for (size_t i = 0; i < suite->n_models; i++) {
    spiqe_model *model;
    assert_int_equal(spiqe_suite_model(ctx, suite, i, data, &model), SPIQE_OK);
    assert_int_equal(model->learn.epochs, epochs);
    assert_int_equal(model->learn.batch, 30);
    spiqe_model_destroy(model);
  }
}

static void a_suite_is_what_was_written(void **state) {
  (void)state;
  spiqe_suite *suite = parsed(both, 0), *quick = parsed(both, 1);
  assert_string_equal(suite->name, "mine");
  assert_string_equal(suite->summary, "two of them");
  assert_true(suite->n_models == 2 && suite->n_data == 2 && suite->n_seeds == 5);
  assert_string_equal(suite->models[1], "qsnn-small");
  assert_string_equal(suite->data[1], "usps:1,7");
  assert_int_equal(suite->limit, 900);
  assert_protocol(suite, "digits", 7);
  assert_protocol(suite, "usps", 9);
  assert_protocol(suite, "usps:1,7", 9);
  assert_protocol(suite, "usp", 7);
  assert_true(quick->limit == 100 && quick->n_seeds == 5 && quick->n_data == 2);
  assert_protocol(quick, "usps:1,7", 1);
  spiqe_model *model;
  assert_int_equal(spiqe_suite_model(ctx, suite, 2, "digits", &model), SPIQE_BAD_INDEX);
  spiqe_suite_destroy(suite);
  spiqe_suite_destroy(quick);
  suite = parsed("models: [snn]\n", 0);
  assert_string_equal(suite->name, "suite");
  assert_true(suite->n_data == 0 && suite->limit == 0 && suite->n_seeds == 3);
  spiqe_suite_destroy(suite);
}

/* A set's own name, or that of the set which it is some classes of; with sets in `data` or not. */
static void changes_for_a_set_are_found_by_its_name(void **state) {
  (void)state;
  static const char *const data[] = {"", "data: [digits, 'digits:1,7', 'digits:2,3']\n"};
  for (size_t i = 0; i < 2; i++) {
    char text[300];
    snprintf(text, sizeof text,
             "models: [snn]\n%sset: {train.epochs: 7, train.batch: 30}\n"
             "set_for:\n  digits: {train.epochs: 8}\n  'digits:1,7': {train.epochs: 9}\n", data[i]);
    spiqe_suite *suite = parsed(text, 0);
    assert_protocol(suite, "digits", 8);
    assert_protocol(suite, "digits:2,3", 8);
    assert_protocol(suite, "digits:1,7", 9);
    assert_protocol(suite, "usps:1,7", 7);
    spiqe_suite_destroy(suite);
  }
}

static void what_is_wrong_is_told_with_its_line(void **state) {
  (void)state;
  static const struct {
    const char *text, *words;
    int is_quick;
    spiqe_status status;
  } rows[] = {
      {"models: [snn, qsnnx]\n", "s.yaml:1: no model is called 'qsnnx' (did you mean 'qsnn'?)", 0,
       SPIQE_BAD_NAME},
      {"name: x\nmodels:\n  - snn\n  - sqsn\n", "s.yaml:4: no model is called 'sqsn'", 0,
       SPIQE_BAD_NAME},
      {"models: [snn]\nseed: 3\n", "s.yaml:2: unknown key 'seed' (did you mean 'seeds'?)", 0,
       SPIQE_BAD_NAME},
      {"models: [snn]\nquick: {data: [digits]}\n", "s.yaml:2: unknown key 'data'", 0,
       SPIQE_BAD_NAME},
      {"models: [snn]\nquick: 3\n", "s.yaml:2: a mapping", 0, SPIQE_BAD_FORMAT},
      {"seeds: 3\n", "the key 'models' is missing", 0, SPIQE_BAD_FORMAT},
      {"- snn\n", "s.yaml:1: a mapping", 0, SPIQE_BAD_FORMAT},
      {"models: snn\n", "models: a list of 1 to 32 names", 0, SPIQE_BAD_FORMAT},
      {"models: []\n", "models: a list of 1 to 32 names", 0, SPIQE_BAD_FORMAT},
      {"models: [[snn]]\n", "models: a name is expected", 0, SPIQE_BAD_FORMAT},
      {"models: [snn, snn]\n", "'snn' is there twice", 0, SPIQE_BAD_FORMAT},
      {"models: [snn]\ndata: [digits, digits]\n", "'digits' is there twice", 0, SPIQE_BAD_FORMAT},
      {"models: [snn]\nseeds: 0\n", "s.yaml:2: ", 0, SPIQE_BAD_ARGUMENT},
      {"models: [snn]\nlimit: x\n", "s.yaml:2: ", 0, SPIQE_BAD_ARGUMENT},
      {"models: [snn]\nset: 3\n", "s.yaml:2: set: values are expected", 0, SPIQE_BAD_FORMAT},
      {"models: [snn]\nset: {train.epochs: [1]}\n", "a single value is expected", 0,
       SPIQE_BAD_FORMAT},
      {"models: [snn]\ndata: [usps]\nset_for: {usp: {train.epochs: 2}}\n",
       "s.yaml:3: set_for: 'usp' is not among data (did you mean 'usps'?)", 0, SPIQE_BAD_NAME},
      {"models: [snn]\ndata: ['digits:1,7']\nset_for: {'digits:1,8': {train.epochs: 2}}\n",
       "'digits:1,8' is not among data (did you mean 'digits:1,7'?)", 0, SPIQE_BAD_NAME},
      {"models: [snn]\nset_for: {digts: {train.epochs: 2}}\n",
       "s.yaml:2: set_for: no data set is called 'digts' (did you mean 'digits'?)", 0,
       SPIQE_BAD_NAME},
      {"models: [snn]\nset_for: 3\n", "s.yaml:2: set_for: sets with values", 0, SPIQE_BAD_FORMAT},
      {"models: [snn]\nset_for: {usps: 3}\n", "s.yaml:2: usps: values are expected", 0,
       SPIQE_BAD_FORMAT},
      {"models: [snn]\nset_for:\n  usps: {train.rat: 1}\n", "s.yaml:3: model snn: ", 0,
       SPIQE_BAD_NAME},
      {"models: [snn, qsnn]\nset: {train.rat: 1}\n", "s.yaml:2: model snn: ", 0, SPIQE_BAD_NAME},
      {"models: [qsnn, snn]\nset: {stages.qlif.slope: 2}\n", "s.yaml:2: model snn: ", 0,
       SPIQE_BAD_NAME},
      {"models: [snn]\nname: [x]\n", "name: a line of at most 63 bytes", 0, SPIQE_BAD_FORMAT},
      {"models: [snn]\n", "no quick form", 1, SPIQE_BAD_ARGUMENT},
      {"models: [/nowhere/x.yaml]\n", "/nowhere/x.yaml", 0, SPIQE_NOT_FOUND},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    spiqe_suite *suite;
    spiqe_status status = spiqe_suite_parse(ctx, "s.yaml", rows[i].text, strlen(rows[i].text),
                                            rows[i].is_quick, &suite);
    const char *said = spiqe_context_message(ctx);
    if (status != rows[i].status || !strstr(said, rows[i].words) || suite)
      fail_msg("status %d, '%s' of\n%s", status, said, rows[i].text);
  }
}

static void a_suite_that_is_not_there_is_told(void **state) {
  (void)state;
  spiqe_suite *suite;
  assert_int_equal(spiqe_suite_open(ctx, "qlif-papr", 0, &suite), SPIQE_BAD_NAME);
  assert_non_null(strstr(spiqe_context_message(ctx), "did you mean 'qlif-paper'?"));
  assert_int_equal(spiqe_suite_open(ctx, "/nowhere/s.yaml", 0, &suite), SPIQE_NOT_FOUND);
  assert_null(suite);
}

static void an_assignment_is_a_path_and_a_value(void **state) {
  (void)state;
  spiqe_model *model;
  char longer[300] = "train.";
  assert_int_equal(spiqe_model_open(ctx, "snn", &model), SPIQE_OK);
  assert_int_equal(spiqe_model_assign(model, "train.epochs=77"), SPIQE_OK);
  assert_int_equal(model->learn.epochs, 77);
  memset(longer + 6, 'x', sizeof longer - 7);
  longer[200] = '=';
  longer[sizeof longer - 1] = 0;
  assert_int_equal(spiqe_model_assign(model, "train.epochs"), SPIQE_BAD_ARGUMENT);
  assert_int_equal(spiqe_model_assign(model, longer), SPIQE_BAD_ARGUMENT);
  assert_int_equal(spiqe_model_assign(model, "train.epoch=3"), SPIQE_BAD_NAME);
  assert_int_equal(spiqe_model_assign(model, "=3"), SPIQE_BAD_NAME);
  spiqe_model_destroy(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_shipped_suite_can_be_run),
      cmocka_unit_test(a_suite_is_what_was_written),
      cmocka_unit_test(changes_for_a_set_are_found_by_its_name),
      cmocka_unit_test(what_is_wrong_is_told_with_its_line),
      cmocka_unit_test(a_suite_that_is_not_there_is_told),
      cmocka_unit_test(an_assignment_is_a_path_and_a_value),
  };
  return cmocka_run_group_tests(tests, open_context, close_context);
}
