/* Histograms: what is shown, in which order, how wide. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "spiqe/report.h"
#include "support/cmocka_all.h"

static spiqe_context context;

#define N 64

typedef struct fixture {
  spiqe_outcome outcomes[N];
  char bits[N][96];
  spiqe_histogram histogram;
} fixture;

/* n outcomes of so many bits; outcome i came (7 i mod 13) + 1 times. */
static void fill(fixture *f, size_t n, size_t n_bits) {
  memset(f, 0, sizeof *f);
  f->histogram.n_outcomes = n;
  f->histogram.outcomes = f->outcomes;
  for (size_t i = 0; i < n; i++) {
    for (size_t b = 0; b < n_bits; b++)
      f->bits[i][n_bits - 1 - b] = b < 8 && i >> b & 1 ? '1' : '0';
    f->outcomes[i] = (spiqe_outcome){.bits = f->bits[i], .count = 7 * i % 13 + 1};
    f->histogram.n_shots += f->outcomes[i].count;
  }
  for (size_t i = 0; i < n; i++)
    f->outcomes[i].probability = (double)f->outcomes[i].count / (double)f->histogram.n_shots;
}

static char *print(const fixture *f, size_t width) {
  char *text;
  if (spiqe_histogram_print(&context, &f->histogram, width, 0, &text) != SPIQE_OK)
    fail_msg("%s", context.message);
  return text;
}

static char *draw(const fixture *f) {
  char *svg;
  if (spiqe_histogram_draw(&context, &f->histogram, &svg) != SPIQE_OK)
    fail_msg("%s", context.message);
  return svg;
}

static void a_table_has_a_row_for_each_outcome(void **state) {
  (void)state;
  fixture f;
  fill(&f, 2, 2);
  char *text = print(&f, 0);
  assert_string_equal(text,
                      "  outcome  count     share\n"
                      "  00           1   11.11 %\n"
                      "  01           8   88.89 %\n");
  free(text);
  f.histogram.n_shots = 0;
  f.outcomes[0].probability = 2.5e-7;
  f.outcomes[1].probability = 0.25;
  text = print(&f, 0);
  assert_string_equal(text,
                      "  outcome  probability\n"
                      "  00           2.50e-7\n"
                      "  01          0.250000\n");
  free(text);
}

/* Columns of the widest line: characters of UTF-8, not bytes. */
static size_t columns(const char *text) {
  size_t widest = 0, n = 0;
  for (; *text; text++) {
    if (*text == '\n')
      n = 0;
    else if ((*text & 0xc0) != 0x80)
      n++;
    if (n > widest) widest = n;
  }
  return widest;
}

static void a_table_with_bars_is_as_wide_as_the_terminal(void **state) {
  (void)state;
  static const size_t bits[] = {1, 5, 30, 90}, widths[] = {45, 60, 80, 200};
  for (size_t b = 0; b < 4; b++)
    for (size_t w = 0; w < 4; w++) {
      fixture f;
      fill(&f, 40, bits[b]);
      f.histogram.top = 10;
      char *text = print(&f, widths[w]);
      assert_int_equal(columns(text), widths[w]);
      free(text);
      text = print(&f, 0);
      assert_true(strstr(text, f.bits[7]) != NULL); /* without bars nothing is cut */
      free(text);
    }
}

static void bars_are_as_long_as_their_counts_to_an_eighth(void **state) {
  (void)state;
  fixture f;
  fill(&f, 3, 2);
  f.outcomes[0].count = 16;
  f.outcomes[1].count = 4;
  f.outcomes[2].count = 0;
  f.histogram.n_shots = 20;
  char *text = print(&f, 44); /* 16 columns for bars */
  assert_non_null(strstr(text, " 80.00 %  ████████████████\n"));
  assert_non_null(strstr(text, " 20.00 %  ████\n"));
  assert_non_null(strstr(text, "  0.00 %  \n"));
  free(text);
  f.outcomes[0].count = 1000;
  text = print(&f, 44);
  assert_non_null(strstr(text, "  ▏\n")); /* what is not 0 shows */
  free(text);
}

static void the_most_frequent_are_shown_first_when_some_are_left_out(void **state) {
  (void)state;
  fixture f;
  fill(&f, 40, 6);
  f.histogram.top = 3;
  char *text = print(&f, 0);
  assert_string_equal(text,
                      "  outcome      count     share\n"
                      "  001011          13    4.74 %\n"
                      "  011000          13    4.74 %\n"
                      "  100101          13    4.74 %\n"
                      "  and 37 more    235   85.77 %\n");
  free(text);
  f.histogram.top = 0;
  text = print(&f, 0);
  assert_non_null(strstr(text, "and 8 more"));
  free(text);
}

static void no_outcomes_are_an_empty_table(void **state) {
  (void)state;
  fixture f;
  fill(&f, 0, 0);
  char *text = print(&f, 80), *svg = draw(&f);
  assert_string_equal(text, "  outcome  probability\n");
  assert_null(strstr(svg, "n/a"));
  free(text);
  free(svg);
}

static size_t count_of(const char *text, const char *part) {
  size_t n = 0;
  for (; (text = strstr(text, part)); text++) n++;
  return n;
}

static void a_picture_has_a_bar_for_each_outcome(void **state) {
  (void)state;
  fixture f;
  fill(&f, 40, 40);
  f.histogram.title = "a < b & \"c\"";
  f.histogram.top = 5;
  char *svg = draw(&f);
  assert_int_equal(count_of(svg, "<rect class=\"sh-bar\""), 5);
  assert_int_equal(count_of(svg, "<g>"), count_of(svg, "</g>"));
  assert_int_equal(count_of(svg, "\u2026</text>"), 0);
  assert_int_equal(count_of(svg, "\u2026"), 5);
  assert_non_null(strstr(svg, "a &lt; b &amp; &quot;c&quot;"));
  assert_non_null(strstr(svg, "274 shots</text>"));
  assert_non_null(strstr(svg, "and 35 more: 211"));
  assert_non_null(strstr(svg, "prefers-color-scheme:dark"));
  assert_null(strstr(svg, "n/a"));
  free(svg);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_table_has_a_row_for_each_outcome),
      cmocka_unit_test(a_table_with_bars_is_as_wide_as_the_terminal),
      cmocka_unit_test(bars_are_as_long_as_their_counts_to_an_eighth),
      cmocka_unit_test(the_most_frequent_are_shown_first_when_some_are_left_out),
      cmocka_unit_test(no_outcomes_are_an_empty_table),
      cmocka_unit_test(a_picture_has_a_bar_for_each_outcome),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
