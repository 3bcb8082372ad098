/* Kernels on Pauli products: every table gives the bits of the reference, on planes of any length
 * below their distance; what lies between stays. */
#include "device/tables_support.h"

#define N_QUBITS ((size_t)5)
#define STRIDE ((size_t)21)
#define N_PLANE (N_QUBITS * STRIDE)

static void fill(uint64_t which, size_t n, uint64_t *out) {
  uint32_t key[2], block[4];
  spiqe_random_key(which, SPIQE_PURPOSE_USER, 4, key);
  for (size_t i = 0; i < n; i++) {
    const uint32_t counter[4] = {(uint32_t)i, 0, 0, 0};
    spiqe_philox(counter, key, block);
    out[i] = (uint64_t)block[0] << 32 | block[1];
  }
}

typedef struct planes {
  uint64_t x[N_PLANE], z[N_PLANE], signs[STRIDE];
} planes;

static planes random_planes(void) {
  planes p;
  fill(1, N_PLANE, p.x);
  fill(2, N_PLANE, p.z);
  fill(3, STRIDE, p.signs);
  return p;
}

static void assert_same_planes(const char *table, size_t n_words, const planes *a,
                               const planes *b) {
  if (memcmp(a, b, sizeof *a) != 0) fail_msg("%s differs on %zu words", table, n_words);
}

static void gates_of(const table_trio *tables) {
  for (size_t n_words = 0; n_words < STRIDE; n_words++)
    for (int with_signs = 0; with_signs < 2; with_signs++)
      for (uint32_t gate = 0; gate < SPIQE_N_CLIFFORD_GATES; gate++) {
        planes fast = random_planes(), slow = random_planes();
        const spiqe_clifford_step steps[2] = {{gate, 1, 3}, {gate, 4, 0}};
        spiqe_pauli_gates_args args = {.n_words = n_words,
                                       .stride = STRIDE,
                                       .x = fast.x,
                                       .z = fast.z,
                                       .n_steps = 2,
                                       .steps = steps};
        if (with_signs) args.signs = fast.signs;
        tables->fast->pauli_gates(&args);
        args.x = slow.x, args.z = slow.z;
        if (with_signs) args.signs = slow.signs;
        tables->slow->pauli_gates(&args);
        assert_same_planes(tables->name, n_words, &fast, &slow);
        if (with_signs) continue;
        planes before = random_planes();
        assert_memory_equal(fast.signs, before.signs, sizeof before.signs);
        assert_memory_equal(fast.x + 3 * STRIDE + n_words, before.x + 3 * STRIDE + n_words,
                            (STRIDE - n_words) * sizeof *fast.x);
      }
}

/* Numbers of words below, at and above a block. */
static const size_t n_words_of_images[] = {0, 1, 7, 8, 9, 16, 21};
#define MOST_IMAGE (2 * N_QUBITS * 2 * 21)

typedef struct image_memory {
  uint64_t words[MOST_IMAGE + 1];
  uint8_t signs[2 * N_QUBITS + 1];
} image_memory;

static image_memory random_images(void) {
  image_memory m;
  fill(8, MOST_IMAGE + 1, m.words);
  for (size_t i = 0; i < 2 * N_QUBITS + 1; i++) m.signs[i] = m.words[i] & 1;
  return m;
}

static void image_gates_of(const table_trio *tables) {
  for (size_t k = 0; k < sizeof n_words_of_images / sizeof *n_words_of_images; k++)
    for (uint32_t gate = 0; gate < SPIQE_N_CLIFFORD_GATES; gate++) {
      image_memory fast = random_images(), slow = random_images();
      const spiqe_clifford_step steps[2] = {{gate, 1, 3}, {gate, 4, 0}};
      const size_t n = n_words_of_images[k];
      tables->fast->image_gates(&(spiqe_images){n, fast.words, fast.signs}, 2, steps);
      tables->slow->image_gates(&(spiqe_images){n, slow.words, slow.signs}, 2, steps);
      assert_memory_equal(fast.words, slow.words, sizeof fast.words);
      assert_memory_equal(fast.signs, slow.signs, sizeof fast.signs);
    }
}

static void products_of(const table_trio *tables) {
  static const uint32_t targets[3] = {7, 0, 2};
  for (size_t k = 0; k < sizeof n_words_of_images / sizeof *n_words_of_images; k++) {
    image_memory fast = random_images(), slow = random_images(), factor = random_images();
    spiqe_image_multiply_args args = {.factor = factor.words + 31,
                                      .factor_sign = 1,
                                      .n_targets = 3,
                                      .targets = targets};
    args.images = (spiqe_images){n_words_of_images[k], fast.words, fast.signs};
    tables->fast->image_multiply(&args);
    args.images = (spiqe_images){n_words_of_images[k], slow.words, slow.signs};
    tables->slow->image_multiply(&args);
    assert_memory_equal(fast.words, slow.words, sizeof fast.words);
    assert_memory_equal(fast.signs, slow.signs, sizeof fast.signs);
  }
}

static void words_of(const table_trio *tables) {
  for (size_t n_words = 0; n_words <= 136; n_words += 2) {
    uint64_t fast[138], slow[138];
    fill(7, 138, fast);
    fill(7, 138, slow);
    spiqe_random_words_args args = {.key = {5, 6}, .draw = 7, .group = 8, .n_words = n_words};
    args.out = fast;
    tables->fast->random_words(&args);
    args.out = slow;
    tables->slow->random_words(&args);
    assert_memory_equal(fast, slow, sizeof fast);
  }
}

static void gates_are_those_of_the_reference(void **state) {
  (void)state;
  for_each_table(gates_of);
}

static void images_are_those_of_the_reference(void **state) {
  (void)state;
  for_each_table(image_gates_of);
}

static void products_are_those_of_the_reference(void **state) {
  (void)state;
  for_each_table(products_of);
}

static void random_words_are_those_of_the_reference(void **state) {
  (void)state;
  for_each_table(words_of);
}

/* Word j * n_blocks + i is word j of block i. */
static void random_words_are_blocks_of_philox(void **state) {
  (void)state;
  int usable;
  spiqe_context *ctx = table_context(0, &usable);
  uint64_t words[20];
  uint32_t halves[40];
  const spiqe_random_words_args args = {
      .key = {11, 12}, .draw = 13, .group = 14, .n_words = 20, .out = words};
  spiqe_device_kernels(ctx, SPIQE_F32)->random_words(&args);
  for (size_t i = 0; i < 40; i++) halves[i] = (uint32_t)(words[i / 2] >> i % 2 * 32);
  for (uint32_t i = 0; i < 10; i++) {
    const uint32_t counter[4] = {i, 13, 14, 0};
    uint32_t block[4];
    spiqe_philox(counter, args.key, block);
    for (size_t j = 0; j < 4; j++) assert_int_equal(halves[10 * j + i], block[j]);
  }
  spiqe_context_destroy(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gates_are_those_of_the_reference),
      cmocka_unit_test(images_are_those_of_the_reference),
      cmocka_unit_test(products_are_those_of_the_reference),
      cmocka_unit_test(random_words_are_those_of_the_reference),
      cmocka_unit_test(random_words_are_blocks_of_philox),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
