/* The table of technologies: prices have sources, and what has no price is told. */
#include <math.h>

#include "spiqe/energy.h"
#include "support/net.h"

static void every_technology_has_prices_with_sources(void **state) {
  (void)state;
  const spiqe_technology *t, *found;
  spiqe_context *ctx = test_context(1, NULL);
  for (size_t i = 0; (t = spiqe_technology_at(i)); i++) {
    spiqe_price price;
    size_t n = 0;
    for (; spiqe_technology_price(t, n, &price); n++) {
      assert_true(price.joules > 0 && price.joules < 1);
      assert_true(strlen(price.source) > 10 && strlen(price.what) > 0);
    }
    assert_true(n > 0);
    assert_int_equal(spiqe_technology_find(ctx, t->name, &found), SPIQE_OK);
    assert_ptr_equal(found, t);
  }
  assert_int_equal(spiqe_technology_find(ctx, "lohi", &found), SPIQE_BAD_NAME);
  assert_non_null(strstr(spiqe_context_message(ctx), "loihi"));
  spiqe_context_destroy(ctx);
}

/* Each key that is left out, and no other, in the order of the table. */
static void check_left_out(const spiqe_work *work, const char *name, const char *const *keys) {
  const spiqe_technology *t;
  spiqe_context *ctx = test_context(1, NULL);
  assert_int_equal(spiqe_technology_find(ctx, name, &t), SPIQE_OK);
  size_t i = 0;
  for (; keys[i]; i++) {
    const char *key = spiqe_energy_left_out(t, work, i);
    if (!key || strcmp(key, keys[i]) != 0)
      fail_msg("%s: %s is left out, but %s was said", name, keys[i], key ? key : "nothing");
  }
  assert_null(spiqe_energy_left_out(t, work, i));
  spiqe_context_destroy(ctx);
}

static void all_work_without_a_price_is_named(void **state) {
  (void)state;
  const spiqe_work quantum = {{[SPIQE_WORK_SYNAPTIC] = 1,
                               [SPIQE_WORK_MACS] = 2,
                               [SPIQE_WORK_ADDITIONS] = 3,
                               [SPIQE_WORK_FUNCTIONS] = 4,
                               [SPIQE_WORK_DRAWS] = 5}};
  const spiqe_work lif = {{[SPIQE_WORK_SYNAPTIC] = 1, [SPIQE_WORK_ADDITIONS] = 2}};
  const char *const none[] = {NULL};
  check_left_out(&quantum, "45nm", none);
  check_left_out(&quantum, "proxy", none);
  check_left_out(&quantum, "loihi", (const char *const[]){"macs", "functions", "draws", NULL});
  check_left_out(&quantum, "analogue-28nm",
                 (const char *const[]){"synaptic_operations", "macs", "functions", "draws", NULL});
  check_left_out(&quantum, "superconducting",
                 (const char *const[]){"synaptic_operations", "macs", NULL});
  check_left_out(&lif, "loihi", none);
}

static void joules_are_read_in_their_unit(void **state) {
  static const struct {
    double joules;
    const char *text;
  } cases[] = {{0, "0 J"},           {NAN, "-"},         {INFINITY, "-"},   {7.784e-6, "7.78 uJ"},
               {999.4e-9, "999 nJ"}, {999.6e-9, "1 uJ"}, {1e-15, "1 fJ"},   {1.5e-17, "0.015 fJ"},
               {1, "1 J"},           {247450, "247 kJ"}, {2e13, "2e+04 GJ"}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char text[32];
    spiqe_energy_print(cases[i].joules, text, sizeof text);
    assert_string_equal(text, cases[i].text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_technology_has_prices_with_sources),
      cmocka_unit_test(all_work_without_a_price_is_named),
      cmocka_unit_test(joules_are_read_in_their_unit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
