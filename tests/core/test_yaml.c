/* YAML: what is read, what is refused and where the message points. */
#include "core/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/context.h"
#include "core/text.h"

static spiqe_context context;

static spiqe_yaml *parse(const char *text) {
  spiqe_yaml *tree = NULL;
  spiqe_status status = spiqe_yaml_parse(&context, "m.yaml", text, strlen(text), &tree);
  if (status != SPIQE_OK) fail_msg("%s", context.message);
  return tree;
}

static void assert_refused(const char *text, size_t size, spiqe_status expected, const char *part) {
  spiqe_yaml *tree = (spiqe_yaml *)&context;
  context.message[0] = 0;
  spiqe_status status = spiqe_yaml_parse(&context, "m.yaml", text, size, &tree);
  if (status != expected) fail_msg("'%.60s': %s", text, spiqe_status_name(status));
  assert_null(tree);
  if (!strstr(context.message, part)) fail_msg("'%s' lacks '%s'", context.message, part);
}

static void a_model_becomes_a_tree_with_lines(void **state) {
  (void)state;
  spiqe_yaml *tree = parse(
      "# a net\n"
      "name: qsnn\n"
      "text: \"a: \\\"b\\\"\\n\"\n"
      "stages:\n"
      "  - dense: {units: 1000, planes: 2}\n"
      "  - qlif:\n"
      "      t1: 60.0\n"
      "    empty:\n");
  assert_int_equal(tree->kind, SPIQE_YAML_MAPPING);
  assert_int_equal(tree->n_children, 3);
  assert_string_equal(spiqe_yaml_get(tree, "name")->text, "qsnn");
  assert_string_equal(spiqe_yaml_get(tree, "text")->text, "a: \"b\"\n");
  const spiqe_yaml *stages = spiqe_yaml_get(tree, "stages");
  assert_int_equal(stages->kind, SPIQE_YAML_SEQUENCE);
  assert_int_equal(stages->line, 4);
  const spiqe_yaml *dense = spiqe_yaml_get(&stages->children[0], "dense");
  assert_string_equal(spiqe_yaml_get(dense, "units")->text, "1000");
  assert_string_equal(spiqe_yaml_get(dense, "planes")->text, "2");
  assert_int_equal(spiqe_yaml_get(dense, "planes")->line, 5);
  const spiqe_yaml *qlif = spiqe_yaml_get(&stages->children[1], "qlif");
  assert_int_equal(spiqe_yaml_get(qlif, "t1")->line, 7);
  assert_string_equal(spiqe_yaml_get(&stages->children[1], "empty")->text, "");
  assert_null(spiqe_yaml_get(stages, "dense"));
  assert_null(spiqe_yaml_get(dense, "absent"));
  assert_null(spiqe_yaml_get(NULL, "absent"));
  spiqe_yaml_destroy(tree);
  spiqe_yaml_destroy(NULL);
}

static void documents_of_every_kind_are_read(void **state) {
  (void)state;
  const struct {
    const char *text;
    spiqe_yaml_kind kind;
    size_t n;
  } cases[] = {
      {"word", SPIQE_YAML_SCALAR, 0},
      {"[a, b, c]", SPIQE_YAML_SEQUENCE, 3},
      {"{}", SPIQE_YAML_MAPPING, 0},
      {"---\na: 1\n...\n", SPIQE_YAML_MAPPING, 1},
      {"\xef\xbb\xbf"
       "a: 1",
       SPIQE_YAML_MAPPING, 1},
      {"a: 1\r\nb: 2\r\n", SPIQE_YAML_MAPPING, 2},
      {"\"a\": |\n  x\n  y\n", SPIQE_YAML_MAPPING, 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    spiqe_yaml *tree = parse(cases[i].text);
    assert_int_equal(tree->kind, cases[i].kind);
    assert_int_equal(tree->n_children, cases[i].n);
    spiqe_yaml_destroy(tree);
  }
}

static void what_is_not_plain_is_refused_with_its_line(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"", "m.yaml:1: nothing here"},
      {"# only words\n", "nothing here"},
      {"a: 1\nb: 2\na: 3\n", "m.yaml:3: 'a' is given twice, first on line 1"},
      {"a: {x: 1, x: 2}\n", "m.yaml:1: 'x' is given twice, first on line 1"},
      {"a: 1\nb: &x 2\n", "m.yaml:2: an anchor (&x)"},
      {"a: &x {b: 1}\n", "m.yaml:1: an anchor (&x)"},
      {"a: 1\n\nb: *x\n", "m.yaml:3: an alias (*x)"},
      {"*x : 1\n", "m.yaml:1: an alias (*x)"},
      {"a: !!int 2\n", "m.yaml:1: a tag (tag:yaml.org,2002:int)"},
      {"a: !x [1]\n", "m.yaml:1: a tag (!x)"},
      {"a: 1\n---\nb: 2\n", "m.yaml:2: a second document"},
      {"[1]: 2\n", "m.yaml:1: a list or mapping as a key"},
      {"{a: 1}: 2\n", "m.yaml:1: a list or mapping as a key"},
      {"a: \"x\\0y\"\n", "m.yaml:1: a zero character"},
      {"a: 1\n  b: 2\n", "m.yaml:2: column 4: mapping values are not allowed"},
      {"a: [1, 2\n", "did not find expected ',' or ']'"},
      {"a: 1\n\tb: 2\n", "m.yaml:2: column"},
      {"a: 1\nb: \xff\n", "m.yaml:2: invalid leading UTF-8 octet at byte 8"},
      {"a: 1\nb: \x01\n", "m.yaml:2: control characters are not allowed"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_refused(cases[i][0], strlen(cases[i][0]), SPIQE_BAD_FORMAT, cases[i][1]);
  assert_refused("a\0b", 3, SPIQE_BAD_FORMAT, "control characters");
  assert_refused("a: 1\0", 5, SPIQE_BAD_FORMAT, "control characters");
}

static void limits_are_kept(void **state) {
  (void)state;
  char deep[2 * SPIQE_YAML_MOST_DEPTH + 3] = "";
  memset(deep, '[', SPIQE_YAML_MOST_DEPTH);
  memset(deep + SPIQE_YAML_MOST_DEPTH, ']', SPIQE_YAML_MOST_DEPTH);
  spiqe_yaml_destroy(parse(deep));
  memset(deep, '[', SPIQE_YAML_MOST_DEPTH + 1);
  memset(deep + SPIQE_YAML_MOST_DEPTH + 1, ']', SPIQE_YAML_MOST_DEPTH + 1);
  assert_refused(deep, strlen(deep), SPIQE_LIMIT, "m.yaml:1: nested deeper than 16 levels");

  spiqe_text many = {0};
  for (size_t i = 1; i < SPIQE_YAML_MOST_NODES; i++) spiqe_text_add(&many, "- 1\n");
  spiqe_yaml_destroy(parse(many.data)); /* the list itself is a node too */
  spiqe_text_add(&many, "- 1\n");
  assert_refused(many.data, many.size, SPIQE_LIMIT, "m.yaml:10000: more than 10000 values");
  spiqe_text_destroy(&many);

  char *large = malloc(SPIQE_YAML_MOST_BYTES + 1);
  memset(large, 'x', SPIQE_YAML_MOST_BYTES + 1);
  assert_refused(large, SPIQE_YAML_MOST_BYTES + 1, SPIQE_LIMIT, "1048577 bytes, but at most");
  spiqe_yaml *tree = NULL;
  assert_int_equal(spiqe_yaml_parse(&context, "m", large, SPIQE_YAML_MOST_BYTES, &tree), SPIQE_OK);
  spiqe_yaml_destroy(tree);
  free(large);
}

/* Nesting without an end must stop at our limit, not in libyaml's memory. */
static void a_megabyte_of_brackets_is_refused_at_once(void **state) {
  (void)state;
  char *text = malloc(SPIQE_YAML_MOST_BYTES);
  memset(text, '[', SPIQE_YAML_MOST_BYTES);
  assert_refused(text, SPIQE_YAML_MOST_BYTES, SPIQE_LIMIT, "nested deeper");
  for (size_t i = 0; i + 1 < SPIQE_YAML_MOST_BYTES; i += 2) memcpy(text + i, "- ", 2);
  assert_refused(text, SPIQE_YAML_MOST_BYTES, SPIQE_LIMIT, "nested deeper");
  free(text);
}

static void every_truncation_and_flip_is_survived(void **state) {
  (void)state;
  char text[] = "name: \"q\\u00e9\"\nstages:\n  - dense: {units: 10, planes: 2}\n  - [a, 'b']\n";
  for (size_t n = 0; n < sizeof text; n++) {
    spiqe_yaml *tree;
    (void)spiqe_yaml_parse(&context, "m", text, n, &tree);
    spiqe_yaml_destroy(tree);
  }
  for (size_t bit = 0; bit < 8 * (sizeof text - 1); bit++) {
    spiqe_yaml *tree;
    text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
    (void)spiqe_yaml_parse(&context, "m", text, sizeof text - 1, &tree);
    spiqe_yaml_destroy(tree);
    text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_model_becomes_a_tree_with_lines),
      cmocka_unit_test(documents_of_every_kind_are_read),
      cmocka_unit_test(what_is_not_plain_is_refused_with_its_line),
      cmocka_unit_test(limits_are_kept),
      cmocka_unit_test(a_megabyte_of_brackets_is_refused_at_once),
      cmocka_unit_test(every_truncation_and_flip_is_survived),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
