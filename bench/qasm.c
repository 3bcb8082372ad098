/* How long a file of OpenQASM 3 takes from the disk to a circuit. The files are as Qiskit writes
 * them: rotations with 16 digits, cx, measurements, one statement a line. The same number of gates
 * through a definition that is called, and through a loop, shows what reading a text again costs.
 *
 * bench_qasm [--runs 15] */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "circuit/circuit.h"
#include "core/clock.h"
#include "core/text.h"
#include "spiqe/random.h"
#include "support/bench.h"
#include "support/times.h"

#define N_QUBITS 20
#define MOST_RUNS 100
#define N_GATES ((size_t)100000)

typedef void write_text(spiqe_text *text);

static double draw(size_t i, size_t what) {
  uint32_t key[2];
  spiqe_random_key(1, SPIQE_PURPOSE_USER, 0, key);
  return spiqe_random_uniform(key, 4 * i + what, 0);
}

static void write_head(spiqe_text *text) {
  spiqe_text_add(text, "OPENQASM 3.0;\ninclude \"stdgates.inc\";\nbit[%d] c;\nqubit[%d] q;\n",
                 N_QUBITS, N_QUBITS);
}

static void write_gates(spiqe_text *text) {
  static const char *const rotations[] = {"rx", "ry", "rz"}, *const others[] = {"h", "sx", "x"};
  write_head(text);
  for (size_t i = 0; i < N_GATES; i++) {
    const double kind = draw(i, 0);
    const unsigned a = (unsigned)(draw(i, 1) * N_QUBITS), row = (unsigned)(draw(i, 3) * 3);
    const unsigned b = (a + 1 + (unsigned)(draw(i, 2) * (N_QUBITS - 1))) % N_QUBITS;
    if (kind < 0.45)
      spiqe_text_add(text, "%s(%.16g) q[%u];\n", rotations[row], 6 * draw(i, 2) - 3, a);
    else if (kind < 0.6)
      spiqe_text_add(text, "%s q[%u];\n", others[row], a);
    else if (kind < 0.95)
      spiqe_text_add(text, "cx q[%u], q[%u];\n", a, b);
    else
      spiqe_text_add(text, "c[%u] = measure q[%u];\n", a, a);
  }
}

/* Calls of a gate of ten. */
static void write_calls(spiqe_text *text) {
  write_head(text);
  spiqe_text_add(text, "gate layer(a, b) p, r {\n");
  for (int i = 0; i < 5; i++) spiqe_text_add(text, "  rx(a/2 + %d) p;\n  cx p, r;\n", i);
  spiqe_text_add(text, "}\n");
  for (size_t i = 0; i < N_GATES / 10; i++)
    spiqe_text_add(text, "layer(%.16g, 0.5) q[%zu], q[%zu];\n", draw(i, 0), i % N_QUBITS,
                   (i + 1) % N_QUBITS);
}

static void write_loop(spiqe_text *text) {
  write_head(text);
  spiqe_text_add(text,
                 "for int i in [1:%zu] {\n  rx(i*0.25) q[i %% %d];\n  cx q[i %% %d], q[(i + 1) %% "
                 "%d];\n}\n",
                 N_GATES / 2, N_QUBITS, N_QUBITS, N_QUBITS);
}

static const struct {
  const char *name, *what;
  write_text *write;
  bench_bar bar;
} texts[] = {
    {"gates", "100,000 gates of OpenQASM 3, from the disk to a circuit", write_gates,
     BENCH_AT_MOST},
    {"calls", "10,000 calls of a defined gate of ten", write_calls, BENCH_REPORTED},
    {"loop", "a loop of 50,000 turns", write_loop, BENCH_REPORTED},
};

static void save(const char *path, const spiqe_text *text) {
  FILE *file = fopen(path, "wb");
  bench_require(file && !text->failed, "%s cannot be written", path);
  fwrite(text->data, 1, text->size, file);
  bench_require(fclose(file) == 0, "%s cannot be written", path);
}

/* Milliseconds of each run; returns the number of operations. */
static size_t measure(spiqe_context *ctx, const char *path, size_t n, double *times) {
  size_t n_operations = 0;
  for (size_t i = 0; i < n + 1; i++) {
    spiqe_circuit *circuit;
    double begin = spiqe_clock_seconds();
    bench_try(ctx, spiqe_circuit_read(ctx, path, &circuit));
    if (i > 0)
      times[i - 1] = 1e3 * (spiqe_clock_seconds() - begin); /* the first one finds memory */
    n_operations = spiqe_circuit_n_operations(circuit);
    spiqe_circuit_destroy(circuit);
  }
  return n_operations;
}

int main(int argc, char **argv) {
  bench b;
  double times[MOST_RUNS];
  bench_begin(&b, "qasm", argc, argv);
  const size_t n = bench_size(&b, "--runs", 15);
  bench_check_arguments(&b);
  bench_require(n > 0 && n <= MOST_RUNS, "1 to %d runs", MOST_RUNS);
  spiqe_context *ctx = bench_context(1, NULL);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    char path[] = "/tmp/bench_qasm_XXXXXX";
    spiqe_text text = {0};
    int file = mkstemp(path);
    bench_require(file >= 0, "no temporary file");
    close(file);
    texts[i].write(&text);
    save(path, &text);
    size_t n_operations = measure(ctx, path, n, times);
    unlink(path);
    double median = bench_median(times, n);
    cJSON *details = cJSON_CreateObject();
    cJSON_AddNumberToObject(details, "operations", (double)n_operations);
    cJSON_AddNumberToObject(details, "bytes", (double)text.size);
    cJSON_AddNumberToObject(details, "nanoseconds_each", 1e6 * median / (double)n_operations);
    cJSON_AddNumberToObject(details, "runs", (double)n);
    bench_add(&b, &(bench_row){.name = texts[i].name,
                               .what = texts[i].what,
                               .measured = median,
                               .unit = "ms",
                               .bar = texts[i].bar,
                               .goal = 200,
                               .ctx = ctx,
                               .details = details});
    spiqe_text_destroy(&text);
  }
  spiqe_context_destroy(ctx);
  return bench_end(&b);
}
