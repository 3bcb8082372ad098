/* PNG: a round trip keeps every pixel; a damaged or hostile file is refused. */
#include "data/png.h"
#include "support.h"

static spiqe_context ctx = {.n_threads = 1};

static bytes encode(const uint8_t *pixels, size_t width, size_t height, size_t n_channels) {
  bytes b = {0};
  assert_int_equal(spiqe_png_encode(&ctx, pixels, width, height, n_channels, &b.data, &b.size),
                   SPIQE_OK);
  return b;
}

static spiqe_status decode(const bytes *b, uint8_t **pixels, size_t *width, size_t *height) {
  return spiqe_png_decode(&ctx, "made.png", b->data, b->size, pixels, width, height);
}

static void refuses(const bytes *b, spiqe_status status, const char *part) {
  uint8_t *pixels;
  size_t width, height;
  assert_int_equal(decode(b, &pixels, &width, &height), status);
  assert_null(pixels);
  assert_says(&ctx, "made.png");
  assert_says(&ctx, part);
}

static void a_grey_picture_comes_back_as_it_was(void **state) {
  (void)state;
  uint8_t pixels[256], *back;
  size_t width, height;
  for (size_t i = 0; i < 256; i++) pixels[i] = (uint8_t)(i * 37);
  static const size_t widths[] = {1, 2, 16, 64, 256};
  for (size_t i = 0; i < 5; i++) {
    bytes b = encode(pixels, widths[i], 256 / widths[i], 1);
    assert_int_equal(decode(&b, &back, &width, &height), SPIQE_OK);
    assert_int_equal(width, widths[i]);
    assert_int_equal(height, 256 / widths[i]);
    assert_memory_equal(back, pixels, 256);
    free(back);
    drop(&b);
  }
}

static void colour_becomes_luma(void **state) {
  (void)state;
  static const uint8_t pixels[15] = {255, 0,   0,   /* red */ 0, 255, 0,  0, 0,
                                     255, 255, 255, 255,         90,  90, 90};
  static const uint8_t luma[5] = {54, 182, 18, 255, 90}; /* 255 * .2126, .7152, .0722, 1 */
  uint8_t *back;
  size_t width, height;
  bytes b = encode(pixels, 5, 1, 3);
  assert_int_equal(decode(&b, &back, &width, &height), SPIQE_OK);
  assert_int_equal(width, 5);
  assert_memory_equal(back, luma, 5);
  free(back);
  drop(&b);
}

/* One small file of each kind; the values are those of the file's bytes by the rules of image.h. */
static void every_kind_of_png_is_read(void **state) {
  (void)state;
  static const struct {
    const char *name;
    size_t width, height;
    uint8_t pixels[4];
  } cases[] = {
      {"grey", 2, 2, {97, 98, 99, 100}},
      {"grey16", 1, 2, {97, 99}}, /* the high byte */
      {"interlaced", 2, 2, {97, 98, 99, 100}},
      {"rgb", 2, 1, {98, 101}},
      {"rgba", 1, 1, {38}}, /* luma 98 at alpha 100 / 255 */
      {"greya", 1, 1, {37}},
      {"palette", 2, 1, {49, 101}},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char path[1024];
    uint8_t *pixels;
    size_t width, height;
    snprintf(path, sizeof path, "%s/fuzz/corpus/png/%s.png", SPIQE_SOURCE_DIR, cases[i].name);
    assert_int_equal(spiqe_png_read(&ctx, path, &pixels, &width, &height), SPIQE_OK);
    assert_int_equal(width, cases[i].width);
    assert_int_equal(height, cases[i].height);
    assert_memory_equal(pixels, cases[i].pixels, width * height);
    free(pixels);
  }
}

static void a_file_comes_back_as_it_was(void **state) {
  (void)state;
  test_folder folder;
  char path[600];
  static const uint8_t pixels[6] = {0, 50, 100, 150, 200, 250};
  uint8_t *back;
  size_t width, height;
  assert_true(test_folder_create(&folder));
  snprintf(path, sizeof path, "%s/a.png", folder.path);
  assert_int_equal(spiqe_png_write(&ctx, path, pixels, 3, 2, 1), SPIQE_OK);
  assert_int_equal(spiqe_png_read(&ctx, path, &back, &width, &height), SPIQE_OK);
  assert_int_equal(width, 3);
  assert_memory_equal(back, pixels, 6);
  free(back);
  test_folder_destroy(&folder);
  assert_int_equal(spiqe_png_read(&ctx, path, &back, &width, &height), SPIQE_NOT_FOUND);
  assert_null(back);
  assert_int_equal(spiqe_png_write(&ctx, path, pixels, 3, 2, 1), SPIQE_FILE);
}

static void a_file_cut_at_any_byte_is_refused(void **state) {
  (void)state;
  uint8_t pixels[600];
  for (size_t i = 0; i < sizeof pixels; i++) pixels[i] = (uint8_t)(i * i);
  bytes b = encode(pixels, 20, 10, 3);
  for (size_t n = 0; n < b.size; n++) {
    bytes cut = {0};
    add(&cut, b.data, n);
    refuses(&cut, SPIQE_BAD_FORMAT, "");
    drop(&cut);
  }
  drop(&b);
}

static void a_file_with_any_byte_changed_does_no_harm(void **state) {
  (void)state;
  uint8_t pixels[64] = {1, 2, 3}, *back;
  size_t width, height;
  bytes b = encode(pixels, 8, 8, 1);
  for (size_t i = 0; i < b.size; i++)
    for (int bit = 0; bit < 8; bit++) {
      b.data[i] ^= (uint8_t)(1 << bit);
      if (decode(&b, &back, &width, &height) == SPIQE_OK) free(back);
      b.data[i] ^= (uint8_t)(1 << bit);
    }
  drop(&b);
}

/* Write the size into IHDR, with a checksum that fits. */
static void set_size(bytes *b, uint32_t width, uint32_t height) {
  bytes raw = {0};
  add_big_u32(&raw, width);
  add_big_u32(&raw, height);
  memcpy(b->data + 16, raw.data, 8);
  drop(&raw);
  add_big_u32(&raw, (uint32_t)crc32(0, b->data + 12, 17));
  memcpy(b->data + 29, raw.data, 4);
  drop(&raw);
}

static void hostile_sizes_are_refused_before_memory_is_taken(void **state) {
  (void)state;
  static const uint8_t pixels[4] = {0};
  bytes b = encode(pixels, 2, 2, 1);
  set_size(&b, 0x7fffffff, 0x7fffffff);
  refuses(&b, SPIQE_LIMIT, "2^26");
  set_size(&b, 8192, 8193);
  refuses(&b, SPIQE_LIMIT, "2^26");
  set_size(&b, 8192, 8192);
  refuses(&b, SPIQE_BAD_FORMAT, "can pack");
  set_size(&b, 0, 2);
  refuses(&b, SPIQE_BAD_FORMAT, "0 x 2");
  set_size(&b, 200, 200);
  refuses(&b, SPIQE_BAD_FORMAT, "damaged");
  drop(&b);
}

static void pictures_that_cannot_be_are_not_written(void **state) {
  (void)state;
  static const uint8_t pixels[8] = {0};
  uint8_t *png;
  size_t size;
  assert_int_equal(spiqe_png_encode(&ctx, pixels, 2, 2, 2, &png, &size), SPIQE_BAD_ARGUMENT);
  assert_int_equal(spiqe_png_encode(&ctx, pixels, 0, 2, 1, &png, &size), SPIQE_BAD_ARGUMENT);
  assert_int_equal(spiqe_png_encode(&ctx, pixels, SIZE_MAX, 2, 1, &png, &size), SPIQE_BAD_ARGUMENT);
  assert_null(png);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_grey_picture_comes_back_as_it_was),
      cmocka_unit_test(colour_becomes_luma),
      cmocka_unit_test(every_kind_of_png_is_read),
      cmocka_unit_test(a_file_comes_back_as_it_was),
      cmocka_unit_test(a_file_cut_at_any_byte_is_refused),
      cmocka_unit_test(a_file_with_any_byte_changed_does_no_harm),
      cmocka_unit_test(hostile_sizes_are_refused_before_memory_is_taken),
      cmocka_unit_test(pictures_that_cannot_be_are_not_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
