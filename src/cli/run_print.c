/* What spiqe run prints: tables, one line about the run, or JSON; and its progress. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/run.h"

#define BAR_CELLS 24

/* Runs that are over sooner show no progress. */
#define QUIET_SECONDS 1.0

static void print_duration(FILE *to, double seconds) {
  if (seconds < 1e-3)
    fprintf(to, "%.0f us", 1e6 * seconds);
  else if (seconds < 1)
    fprintf(to, "%.3g ms", 1e3 * seconds);
  else
    fprintf(to, "%.3g s", seconds);
}

/* "[=====>    ] 43 %  12 s left", on a terminal only: redrawn, nothing is left of it. */
static void draw_line(run_session *s, double done, double now) {
  int n_full = (int)(done * BAR_CELLS);
  double left = done > 0 ? (now - s->began) * (1 - done) / done : INFINITY;
  fputc('\r', stderr);
  for (int i = 0; i < BAR_CELLS; i++) fputs(i < n_full ? "\u2588" : "\u2591", stderr);
  fprintf(stderr, " %3.0f %%", floor(100 * done));
  if (left < 1e6) fprintf(stderr, "  %.0f s left", ceil(left));
  fputs("\033[K", stderr);
  fflush(stderr);
  s->last_drawn = now;
}

int run_listen(void *user, double done) {
  run_session *s = user;
  double now = cli_seconds();
  if (s->began == 0) s->began = now;
  if (!s->a.quiet && isatty(STDERR_FILENO) && now - s->began > QUIET_SECONDS)
    draw_line(s, done, now);
  return cli_was_interrupted();
}

void run_finish_line(run_session *s) {
  if (s->last_drawn > 0) fputs("\r\033[K", stderr);
  s->last_drawn = 0;
}

static int print_table(const run_session *s) {
  const int is_terminal = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
  const spiqe_histogram histogram = {.n_shots = s->a.n_shots,
                                     .n_outcomes = spiqe_simulation_n_outcomes(s->simulation),
                                     .outcomes = spiqe_simulation_outcomes(s->simulation),
                                     .top = s->a.top};
  char *text;
  spiqe_status status =
      spiqe_histogram_print(s->ctx, &histogram, s->a.histogram ? cli_terminal_width() : 0,
                            is_terminal, &text);
  if (status != SPIQE_OK) return cli_fail(s->ctx, status, 0);
  fputs(text, stdout);
  free(text);
  return CLI_DONE;
}

static void print_expectation(const run_session *s, size_t i) {
  const run_expectation *e = &s->expectations[i];
  const char *name;
  printf("<%s> = %.*f", s->a.observables.items[i], e->error > 0 ? 6 : 12, e->value);
  if (e->error > 0) printf(" \u00b1 %.2g", e->error);
  printf("\n");
  for (size_t k = 0; e->gradient && (name = spiqe_circuit_input_name(s->circuit, k)); k++)
    printf("  d/d %s = %.*f\n", name, e->error > 0 ? 6 : 12, e->gradient[k]);
}

/* "1024 shots by statevector, 2 of 60 qubits, noise ideal, seed 1, 0.4 ms" */
static void print_about(const run_session *s) {
  const size_t n = spiqe_simulation_n_qubits(s->simulation);
  const char *method = spiqe_simulation_method(s->simulation);
  if (s->a.n_shots)
    printf("%llu shot%s by %s", (unsigned long long)s->a.n_shots, s->a.n_shots == 1 ? "" : "s",
           method);
  else
    printf("exact probabilities by %s", method);
  printf(", %zu", n);
  if (n != s->n_qubits) printf(" of %zu", s->n_qubits);
  printf(" qubit%s", s->n_qubits == 1 ? "" : "s");
  if (s->a.noise) printf(", noise %s", s->a.noise);
  if (s->a.n_shots) printf(", seed %llu", (unsigned long long)s->a.seed);
  printf(", ");
  print_duration(stdout, spiqe_simulation_seconds(s->simulation));
  printf("\n");
}

int run_print_text(const run_session *s) {
  int code = CLI_DONE;
  if (s->simulation) code = print_table(s);
  if (code != CLI_DONE) return code;
  if (s->simulation && s->a.observables.n) printf("\n");
  for (size_t i = 0; i < s->a.observables.n; i++) print_expectation(s, i);
  if (!s->simulation) return CLI_DONE;
  printf("\n");
  print_about(s);
  if (s->a.svg) printf("picture %s\n", s->a.svg);
  return CLI_DONE;
}

typedef struct ranked {
  const spiqe_outcome *outcome;
  double value;
} ranked;

static int more_first(const void *a, const void *b) {
  const ranked *x = a, *y = b;
  if (x->value != y->value) return x->value > y->value ? -1 : 1;
  return x->outcome < y->outcome ? -1 : 1;
}

/* All in ascending order; or the --top N most frequent, these first. */
static int add_outcomes(const run_session *s, cJSON *object) {
  const size_t n = spiqe_simulation_n_outcomes(s->simulation);
  const spiqe_outcome *outcomes = spiqe_simulation_outcomes(s->simulation);
  const size_t n_shown = s->a.top && s->a.top < n ? s->a.top : n;
  ranked *order = malloc((n + 1) * sizeof *order);
  if (!order) return CLI_FAILED;
  for (size_t i = 0; i < n; i++) order[i] = (ranked){&outcomes[i], outcomes[i].probability};
  if (n_shown < n) qsort(order, n, sizeof *order, more_first);
  cJSON *list = cJSON_AddArrayToObject(object, "outcomes");
  for (size_t i = 0; i < n_shown; i++) {
    cJSON *row = cJSON_CreateObject();
    cJSON_AddStringToObject(row, "bits", order[i].outcome->bits);
    if (s->a.n_shots) cli_add_integer(row, "count", order[i].outcome->count);
    cJSON_AddNumberToObject(row, "probability", order[i].outcome->probability);
    cJSON_AddItemToArray(list, row);
  }
  free(order);
  return CLI_DONE;
}

static void add_expectation(const run_session *s, size_t i, cJSON *list) {
  const run_expectation *e = &s->expectations[i];
  const char *name;
  cJSON *row = cJSON_CreateObject();
  cJSON_AddStringToObject(row, "observable", s->a.observables.items[i]);
  cJSON_AddNumberToObject(row, "value", e->value);
  cJSON_AddNumberToObject(row, "standard_error", e->error);
  if (e->gradient) {
    cJSON *gradient = cJSON_AddObjectToObject(row, "gradient");
    for (size_t k = 0; (name = spiqe_circuit_input_name(s->circuit, k)); k++)
      cJSON_AddNumberToObject(gradient, name, e->gradient[k]);
  }
  cJSON_AddItemToArray(list, row);
}

static void add_inputs(const run_session *s, cJSON *object) {
  cJSON *inputs = cJSON_AddObjectToObject(object, "inputs");
  const char *name;
  for (size_t k = 0; (name = spiqe_circuit_input_name(s->circuit, k)); k++)
    cJSON_AddNumberToObject(inputs, name, s->inputs[k]);
}

int run_print_json(const run_session *s) {
  cJSON *object = cJSON_CreateObject();
  int code = CLI_DONE;
  cJSON_AddStringToObject(object, "file", s->a.file);
  cli_add_integer(object, "qubits", s->n_qubits);
  cli_add_integer(object, "seed", s->a.seed);
  cli_add_integer(object, "threads", spiqe_context_n_threads(s->ctx));
  cJSON_AddStringToObject(object, "precision", s->a.precision ? s->a.precision : "f64");
  if (s->a.noise) cJSON_AddStringToObject(object, "noise", s->a.noise);
  add_inputs(s, object);
  if (s->a.observables.n) {
    cJSON *list = cJSON_AddArrayToObject(object, "expectations");
    for (size_t i = 0; i < s->a.observables.n; i++) add_expectation(s, i, list);
  }
  if (s->simulation) {
    cJSON_AddBoolToObject(object, "measured_all", s->was_measured || s->a.measure_all);
    cJSON_AddStringToObject(object, "method", spiqe_simulation_method(s->simulation));
    cli_add_integer(object, "shots", s->a.n_shots);
    cli_add_integer(object, "simulated_qubits", spiqe_simulation_n_qubits(s->simulation));
    cJSON_AddNumberToObject(object, "seconds", spiqe_simulation_seconds(s->simulation));
    cli_add_integer(object, "distinct_outcomes", spiqe_simulation_n_outcomes(s->simulation));
    if (s->a.svg) cJSON_AddStringToObject(object, "svg", s->a.svg);
    code = add_outcomes(s, object);
  }
  if (code == CLI_DONE) return cli_print_json(object);
  fprintf(stderr, "spiqe: no memory for the outcomes\n");
  cJSON_Delete(object);
  return code;
}
