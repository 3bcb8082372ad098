/* NumPy .npy and .npz, written here by hand after numpy.lib.format. */
#include <zip.h>

#include "data/array.h"
#include "support.h"

static spiqe_context ctx = {.n_threads = 1};

/* A file of the given version whose header is `dictionary`, padded as NumPy pads it. */
static bytes start_npy(uint8_t version, const char *dictionary) {
  bytes b = {0};
  size_t prefix = version == 1 ? 10 : 12, n = strlen(dictionary) + 1;
  size_t padded = (prefix + n + 63) / 64 * 64 - prefix;
  uint8_t head[12] = {
      0x93, 'N', 'U', 'M', 'P', 'Y', version, 0, (uint8_t)padded, (uint8_t)(padded >> 8)};
  add(&b, head, prefix);
  add(&b, dictionary, n - 1);
  for (size_t i = n; i < padded; i++) add(&b, " ", 1);
  add(&b, "\n", 1);
  return b;
}

static spiqe_status read_bytes(const bytes *b, spiqe_array *out) {
  return spiqe_array_read(&ctx, "made.npy", b->data, b->size, out);
}

static void refuses(const bytes *b, spiqe_status status, const char *part) {
  spiqe_array array;
  assert_int_equal(read_bytes(b, &array), status);
  assert_null(array.bytes);
  assert_null(array.floats);
  assert_says(&ctx, "made.npy");
  assert_says(&ctx, part);
}

static void refuses_header(const char *dictionary, spiqe_status status, const char *part) {
  bytes b = start_npy(1, dictionary);
  add(&b, "0123456789abcdef", 16);
  refuses(&b, status, part);
  drop(&b);
}

static void bytes_stay_bytes_in_all_versions(void **state) {
  (void)state;
  for (uint8_t version = 1; version <= 3; version++) {
    bytes b = start_npy(version, "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }");
    spiqe_array array;
    add(&b, "abcdef", 6);
    assert_int_equal(read_bytes(&b, &array), SPIQE_OK);
    assert_int_equal(array.rank, 2);
    assert_int_equal(array.shape[0], 2);
    assert_int_equal(array.shape[1], 3);
    assert_memory_equal(array.bytes, "abcdef", 6);
    spiqe_array_free(&array);
    drop(&b);
  }
}

static void every_element_type_becomes_its_number(void **state) {
  (void)state;
  static const struct {
    const char *type;
    uint8_t size, raw[8];
    float value;
  } cases[] = {
      {"|i1", 1, {0xff}, -1.0f},
      {"|b1", 1, {1}, 1.0f},
      {"<u2", 2, {2, 1}, 258.0f},
      {">u2", 2, {1, 2}, 258.0f},
      {"<i4", 4, {0xfe, 0xff, 0xff, 0xff}, -2.0f},
      {">i4", 4, {0xff, 0xff, 0xff, 0xfe}, -2.0f},
      {"<i8", 8, {0, 0, 0, 0, 0, 0, 0, 0x80}, -9223372036854775808.0f},
      {"<u8", 8, {0, 0, 0, 0, 0, 0, 0, 0x80}, 9223372036854775808.0f},
      {"<f4", 4, {0, 0, 0xc0, 0x3f}, 1.5f},
      {">f4", 4, {0x3f, 0xc0, 0, 0}, 1.5f},
      {"<f8", 8, {0, 0, 0, 0, 0, 0, 4, 0xc0}, -2.5f},
      {">f8", 8, {0xc0, 4}, -2.5f},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[96];
    spiqe_array array;
    snprintf(text, sizeof text, "{'descr': '%s', 'fortran_order': False, 'shape': (1, 1), }",
             cases[i].type);
    bytes b = start_npy(1, text);
    add(&b, cases[i].raw, cases[i].size);
    assert_int_equal(read_bytes(&b, &array), SPIQE_OK);
    assert_true(array.floats[0] == cases[i].value);
    spiqe_array_free(&array);
    drop(&b);
  }
}

static void order_of_keys_quotes_and_spaces_do_not_matter(void **state) {
  (void)state;
  bytes b = start_npy(1, "{\"shape\":(2L,1 , 1),'fortran_order' :False,  \"descr\":\"|u1\"}");
  spiqe_array array;
  add(&b, "xy", 2);
  assert_int_equal(read_bytes(&b, &array), SPIQE_OK);
  assert_int_equal(array.rank, 3);
  assert_int_equal(array.shape[0], 2);
  spiqe_array_free(&array);
  drop(&b);
}

static void a_file_cut_at_any_byte_is_refused(void **state) {
  (void)state;
  bytes plain = start_npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }");
  for (size_t i = 0; i < 4; i++) add(&plain, "\0\0\xc0\x3f", 4);
  bytes packed = pack(plain.data, plain.size);
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

static void hostile_headers_are_refused(void **state) {
  (void)state;
  refuses_header("{'descr': '|u1', 'fortran_order': False, 'shape': (-1, 3), }", SPIQE_BAD_FORMAT,
                 "digits only");
  refuses_header("{'descr': '<f8', 'fortran_order': False, 'shape': (2000000000, 2000000000), }",
                 SPIQE_LIMIT, "more than");
  refuses_header("{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999, 1), }",
                 SPIQE_BAD_FORMAT, "below 2^31");
  refuses_header("{'descr': '|u1', 'fortran_order': False, 'shape': (1000, 1000), }",
                 SPIQE_BAD_FORMAT, "can hold 16");
  refuses_header("{'descr': '|u1', 'fortran_order': False, 'shape': (0, 3), }", SPIQE_BAD_FORMAT,
                 "empty");
  refuses_header("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 1), }",
                 SPIQE_BAD_FORMAT, "five dimensions");
  refuses_header("{'descr': '|u1', 'fortran_order': False, 'shape': (4, 2), }", SPIQE_BAD_FORMAT,
                 "more follow");
  refuses_header("{'descr': '|u1', 'shape': (4, 4), }", SPIQE_BAD_FORMAT, "fortran_order");
  refuses_header("{'descr': '|u1', 'fortran_order': Maybe, 'shape': (4, 4), }", SPIQE_BAD_FORMAT,
                 "True or False");
  refuses_header("not a dictionary", SPIQE_BAD_FORMAT, "byte 10: expected '{'");
  refuses_header("{'descr': '|u1', 'fortran_order': False, 'shape': (4, 4", SPIQE_BAD_FORMAT,
                 "in the shape");
}

static void what_is_no_plain_array_is_named(void **state) {
  (void)state;
  refuses_header("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }", SPIQE_UNSUPPORTED,
                 "Fortran order");
  refuses_header("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2, 2), }",
                 SPIQE_UNSUPPORTED, "records");
  refuses_header("{'descr': '|O', 'fortran_order': False, 'shape': (2, 2), }", SPIQE_UNSUPPORTED,
                 "'|O'");
  refuses_header("{'descr': '<c8', 'fortran_order': False, 'shape': (2, 1), }", SPIQE_UNSUPPORTED,
                 "'<c8'");
  refuses_header("{'descr': '<f2', 'fortran_order': False, 'shape': (2, 4), }", SPIQE_UNSUPPORTED,
                 "'<f2'");
}

static void a_header_that_claims_gigabytes_is_refused(void **state) {
  (void)state;
  static const uint8_t head[12] = {0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, 0xff, 0xff, 0xff, 0xff};
  bytes b = {0};
  add(&b, head, sizeof head);
  refuses(&b, SPIQE_LIMIT, "at most 16384");
  drop(&b);
}

/* A zip of the given entries, in memory. */
static bytes make_zip(const char *const *names, const bytes *entries, size_t n, int method) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
  zip_t *archive = zip_open_from_source(source, ZIP_TRUNCATE, &error);
  assert_non_null(archive);
  zip_source_keep(source);
  for (size_t i = 0; i < n; i++) {
    zip_source_t *entry = zip_source_buffer(archive, entries[i].data, entries[i].size, 0);
    zip_int64_t at = zip_file_add(archive, names[i], entry, 0);
    assert_true(at >= 0);
    assert_int_equal(zip_set_file_compression(archive, (zip_uint64_t)at, method, 0), 0);
  }
  assert_int_equal(zip_close(archive), 0);
  bytes out = {0};
  uint8_t chunk[4096];
  assert_int_equal(zip_source_open(source), 0);
  for (zip_int64_t got; (got = zip_source_read(source, chunk, sizeof chunk)) > 0;)
    add(&out, chunk, (size_t)got);
  zip_source_close(source);
  zip_source_free(source);
  zip_error_fini(&error);
  return out;
}

static bytes make_npz(int method) {
  static const char *const names[4] = {"notes.txt", "names.npy", "labels.npy", "pictures.npy"};
  bytes entries[4] = {{0}};
  add(&entries[0], "hello", 5);
  entries[1] = start_npy(1, "{'descr': '<U4', 'fortran_order': False, 'shape': (1,), }");
  add(&entries[1], "c\0\0\0a\0\0\0t\0\0\0\0\0\0\0", 16);
  entries[2] = start_npy(1, "{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }");
  add(&entries[2], "\1\0\0\0\0\0\0\0", 8);
  entries[3] = start_npy(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2, 40), }");
  for (size_t i = 0; i < 80; i++) add(&entries[3], "z", 1);
  bytes out = make_zip(names, entries, 4, method);
  for (size_t i = 0; i < 4; i++) drop(&entries[i]);
  return out;
}

static void the_first_array_of_two_dimensions_is_taken_from_a_zip(void **state) {
  (void)state;
  static const int methods[2] = {ZIP_CM_STORE, ZIP_CM_DEFLATE};
  for (size_t i = 0; i < 2; i++) {
    bytes b = make_npz(methods[i]);
    spiqe_array array;
    assert_int_equal(read_bytes(&b, &array), SPIQE_OK);
    assert_int_equal(array.rank, 3);
    assert_int_equal(array.shape[2], 40);
    for (size_t j = 0; j < 80; j++) assert_int_equal(array.bytes[j], 'z');
    spiqe_array_free(&array);
    drop(&b);
  }
}

static void a_zip_cut_at_any_byte_is_refused(void **state) {
  (void)state;
  bytes b = make_npz(ZIP_CM_DEFLATE);
  for (size_t n = 0; n < b.size; n++) {
    bytes cut = {0};
    add(&cut, b.data, n);
    refuses(&cut, SPIQE_BAD_FORMAT, "");
    drop(&cut);
  }
  drop(&b);
}

static void a_zip_with_any_byte_changed_does_no_harm(void **state) {
  (void)state;
  bytes b = make_npz(ZIP_CM_DEFLATE);
  for (size_t i = 0; i < b.size; i++)
    for (int bit = 0; bit < 8; bit++) {
      spiqe_array array;
      b.data[i] ^= (uint8_t)(1 << bit);
      if (read_bytes(&b, &array) == SPIQE_OK) spiqe_array_free(&array);
      b.data[i] ^= (uint8_t)(1 << bit);
    }
  drop(&b);
}

static void a_zip_without_an_array_is_refused(void **state) {
  (void)state;
  static const char *const names[1] = {"notes.txt"};
  bytes entry = {0};
  add(&entry, "hello", 5);
  bytes b = make_zip(names, &entry, 1, ZIP_CM_STORE);
  refuses(&b, SPIQE_BAD_FORMAT, "none is an array");
  drop(&entry);
  drop(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bytes_stay_bytes_in_all_versions),
      cmocka_unit_test(every_element_type_becomes_its_number),
      cmocka_unit_test(order_of_keys_quotes_and_spaces_do_not_matter),
      cmocka_unit_test(a_file_cut_at_any_byte_is_refused),
      cmocka_unit_test(hostile_headers_are_refused),
      cmocka_unit_test(what_is_no_plain_array_is_named),
      cmocka_unit_test(a_header_that_claims_gigabytes_is_refused),
      cmocka_unit_test(the_first_array_of_two_dimensions_is_taken_from_a_zip),
      cmocka_unit_test(a_zip_cut_at_any_byte_is_refused),
      cmocka_unit_test(a_zip_with_any_byte_changed_does_no_harm),
      cmocka_unit_test(a_zip_without_an_array_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
