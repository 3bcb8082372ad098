/* IDX, plain and packed: what was written is read; what lies about its size is refused. */
#include "data/array.h"
#include "support.h"

static spiqe_context ctx = {.n_threads = 1};

/* magic and shape; elements are added by the caller. */
static bytes start_idx(uint8_t type, uint8_t rank, const uint32_t *shape) {
  bytes b = {0};
  uint8_t magic[4] = {0, 0, type, rank};
  add(&b, magic, 4);
  for (size_t i = 0; i < rank; i++) add_big_u32(&b, shape[i]);
  return b;
}

static bytes pictures(uint32_t n) {
  const uint32_t shape[3] = {n, 3, 2};
  bytes b = start_idx(8, 3, shape);
  for (uint32_t i = 0; i < n * 6; i++) {
    uint8_t value = (uint8_t)(7 * i);
    add(&b, &value, 1);
  }
  return b;
}

static spiqe_status read_bytes(const uint8_t *data, size_t n, spiqe_array *out) {
  return spiqe_array_read(&ctx, "made.idx", data, n, out);
}

static void refuses(const bytes *b, spiqe_status status, const char *part) {
  spiqe_array array;
  assert_int_equal(read_bytes(b->data, b->size, &array), status);
  assert_null(array.bytes);
  assert_null(array.floats);
  assert_says(&ctx, "made.idx");
  assert_says(&ctx, part);
}

static void pictures_are_read_as_they_were_written(void **state) {
  (void)state;
  bytes plain = pictures(5), packed = pack(plain.data, plain.size);
  const bytes *forms[2] = {&plain, &packed};
  for (size_t i = 0; i < 2; i++) {
    spiqe_array array;
    assert_int_equal(read_bytes(forms[i]->data, forms[i]->size, &array), SPIQE_OK);
    assert_int_equal(array.rank, 3);
    assert_int_equal(array.shape[0], 5);
    assert_int_equal(array.shape[1], 3);
    assert_int_equal(array.shape[2], 2);
    assert_memory_equal(array.bytes, plain.data + 16, 30);
    spiqe_array_free(&array);
  }
  drop(&plain);
  drop(&packed);
}

static void a_file_of_two_gzip_members_is_their_sum(void **state) {
  (void)state;
  bytes plain = pictures(5), packed = pack(plain.data, 20);
  bytes rest = pack(plain.data + 20, plain.size - 20);
  spiqe_array array;
  add(&packed, rest.data, rest.size);
  assert_int_equal(read_bytes(packed.data, packed.size, &array), SPIQE_OK);
  assert_memory_equal(array.bytes, plain.data + 16, 30);
  spiqe_array_free(&array);
  drop(&plain);
  drop(&packed);
  drop(&rest);
}

static void every_element_type_becomes_its_number(void **state) {
  (void)state;
  static const struct {
    uint8_t type, size, raw[8];
    float value;
  } cases[] = {
      {0x09, 1, {0x80}, -128.0f},          {0x0B, 2, {0xff, 0xfe}, -2.0f},
      {0x0B, 2, {0x01, 0x02}, 258.0f},     {0x0C, 4, {0x80, 0, 0, 0}, -2147483648.0f},
      {0x0D, 4, {0x3f, 0xc0, 0, 0}, 1.5f}, {0x0E, 8, {0xc0, 0x04, 0, 0, 0, 0, 0, 0}, -2.5f},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const uint32_t shape[1] = {1};
    bytes b = start_idx(cases[i].type, 1, shape);
    spiqe_array array;
    add(&b, cases[i].raw, cases[i].size);
    assert_int_equal(read_bytes(b.data, b.size, &array), SPIQE_OK);
    assert_true(array.floats[0] == cases[i].value);
    spiqe_array_free(&array);
    drop(&b);
  }
}

static void a_file_cut_at_any_byte_is_refused(void **state) {
  (void)state;
  bytes plain = pictures(4), packed = pack(plain.data, plain.size);
  const bytes *forms[2] = {&plain, &packed};
  for (size_t i = 0; i < 2; i++)
    for (size_t n = 0; n < forms[i]->size; n++) {
      bytes cut = {0};
      add(&cut, forms[i]->data, n);
      refuses(&cut, SPIQE_BAD_FORMAT, "");
      drop(&cut);
    }
  drop(&plain);
  drop(&packed);
}

static void a_packed_file_with_any_byte_changed_is_refused_or_has_the_same_content(void **state) {
  (void)state;
  bytes plain = pictures(4), packed = pack(plain.data, plain.size);
  for (size_t i = 0; i < packed.size; i++) {
    spiqe_array array;
    packed.data[i] ^= 0x55;
    /* Bytes 4 to 9 hold time, level and system of origin, which are not checked. */
    if (read_bytes(packed.data, packed.size, &array) == SPIQE_OK) {
      assert_memory_equal(array.bytes, plain.data + 16, 24);
      spiqe_array_free(&array);
    }
    packed.data[i] ^= 0x55;
  }
  drop(&plain);
  drop(&packed);
}

static void bytes_after_the_last_element_are_refused(void **state) {
  (void)state;
  bytes plain = pictures(2);
  add(&plain, "x", 1);
  bytes packed = pack(plain.data, plain.size);
  refuses(&plain, SPIQE_BAD_FORMAT, "more follow");
  refuses(&packed, SPIQE_BAD_FORMAT, "more follow");
  drop(&plain);
  drop(&packed);
}

static void hostile_headers_are_refused_before_memory_is_taken(void **state) {
  (void)state;
  static const struct {
    uint8_t type, rank;
    uint32_t shape[6];
    spiqe_status status;
    const char *part;
  } cases[] = {
      {0x08, 3, {0xffffffff, 28, 28}, SPIQE_BAD_FORMAT, "negative"},
      {0x08, 3, {0x7fffffff, 0x7fffffff, 0x7fffffff}, SPIQE_LIMIT, "more than"},
      {0x0E, 3, {0x40000000, 0x40000000, 0x10}, SPIQE_LIMIT, "more than"},
      {0x08, 3, {1000000, 28, 28}, SPIQE_BAD_FORMAT, "can hold"},
      {0x08, 3, {0, 28, 28}, SPIQE_BAD_FORMAT, "empty"},
      {0x08, 6, {1, 1, 1, 1, 1, 1}, SPIQE_BAD_FORMAT, "dimensions"},
      {0x08, 0, {0}, SPIQE_BAD_FORMAT, "dimensions"},
      {0x0A, 1, {1}, SPIQE_BAD_FORMAT, "element type"},
      {0xff, 1, {1}, SPIQE_BAD_FORMAT, "element type"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    bytes plain = start_idx(cases[i].type, cases[i].rank, cases[i].shape);
    add(&plain, "12345678", 8);
    bytes packed = pack(plain.data, plain.size);
    refuses(&plain, cases[i].status, cases[i].part);
    refuses(&packed, cases[i].status, cases[i].part);
    drop(&plain);
    drop(&packed);
  }
}

static void a_bomb_is_not_unpacked(void **state) {
  (void)state;
  const uint32_t shape[3] = {1, 2, 3};
  size_t n = (size_t)64 << 20; /* 64 MB of zeros pack to 64 kB */
  uint8_t *zeros = calloc(1, n);
  assert_non_null(zeros);
  bytes head = start_idx(8, 3, shape);
  memcpy(zeros, head.data, head.size);
  bytes packed = pack(zeros, n);
  assert_true(packed.size < 100000);
  refuses(&packed, SPIQE_BAD_FORMAT, "more follow");
  free(zeros);
  drop(&head);
  drop(&packed);
}

static void numbers_that_are_not_finite_are_refused(void **state) {
  (void)state;
  static const uint8_t raw[2][8] = {{0x7f, 0xf8}, {0x7f, 0xe0}}; /* NaN; 9e307: above any float */
  for (size_t i = 0; i < 2; i++) {
    const uint32_t shape[2] = {1, 1};
    bytes b = start_idx(0x0E, 2, shape);
    add(&b, raw[i], 8);
    refuses(&b, SPIQE_BAD_FORMAT, "element 0 at byte 12");
    drop(&b);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pictures_are_read_as_they_were_written),
      cmocka_unit_test(a_file_of_two_gzip_members_is_their_sum),
      cmocka_unit_test(every_element_type_becomes_its_number),
      cmocka_unit_test(a_file_cut_at_any_byte_is_refused),
      cmocka_unit_test(a_packed_file_with_any_byte_changed_is_refused_or_has_the_same_content),
      cmocka_unit_test(bytes_after_the_last_element_are_refused),
      cmocka_unit_test(hostile_headers_are_refused_before_memory_is_taken),
      cmocka_unit_test(a_bomb_is_not_unpacked),
      cmocka_unit_test(numbers_that_are_not_finite_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
