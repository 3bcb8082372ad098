/* Settings from a table. */
#include "core/option.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/file.h"
#include "core/utf8.h"

#define MOST_OPTIONS 64

static void *field(const spiqe_option *option, void *settings) {
  return (char *)settings + option->offset;
}

static spiqe_status set_size(spiqe_context *ctx, const spiqe_option *o, const char *text,
                             size_t *out) {
  char *end;
  errno = 0;
  unsigned long long value = strtoull(text, &end, 10);
  int digits = text[0] >= '0' && text[0] <= '9' && *end == 0 && errno == 0;
  SPIQE_REQUIRE(ctx, digits && (double)value >= o->low && (double)value <= o->high,
                SPIQE_BAD_ARGUMENT, "%s: '%.40s', but a whole number from %.0f to %.0f is expected",
                o->key, text, o->low, o->high);
  *out = (size_t)value;
  return SPIQE_OK;
}

static spiqe_status set_real(spiqe_context *ctx, const spiqe_option *o, const char *text,
                             double *out) {
  char *end;
  double value = spiqe_text_read_real(text, &end);
  int number = end != text && *end == 0 && isfinite(value);
  SPIQE_REQUIRE(ctx, number && value >= o->low && value <= o->high, SPIQE_BAD_ARGUMENT,
                "%s: '%.40s', but a number from %g to %g is expected", o->key, text, o->low,
                o->high);
  *out = value;
  return SPIQE_OK;
}

static spiqe_status set_flag(spiqe_context *ctx, const spiqe_option *o, const char *text,
                             int *out) {
  int is_true = !strcmp(text, "true"), is_false = !strcmp(text, "false");
  SPIQE_REQUIRE(ctx, is_true || is_false, SPIQE_BAD_ARGUMENT,
                "%s: '%.40s', but true or false is expected", o->key, text);
  *out = is_true;
  return SPIQE_OK;
}

static spiqe_status set_choice(spiqe_context *ctx, const spiqe_option *o, const char *text,
                               int *out) {
  char expected[256] = "", hint[96];
  size_t n = 0;
  for (; o->names[n]; n++) {
    if (!strcmp(o->names[n], text)) {
      *out = (int)n;
      return SPIQE_OK;
    }
    if (strlen(expected) + strlen(o->names[n]) + 3 < sizeof expected) {
      if (n) strcat(expected, ", ");
      strcat(expected, o->names[n]);
    }
  }
  return spiqe_fail(ctx, SPIQE_BAD_ARGUMENT, "%s: '%.40s', but one of %s is expected%s", o->key,
                    text, expected, spiqe_text_suggest(text, o->names, n, hint, sizeof hint));
}

/* Lines of UTF-8 without other control characters, so that YAML reads them back. */
static spiqe_status take_source(spiqe_context *ctx, const char *name, const char *text, size_t size,
                                char *out) {
  size_t n = 0;
  SPIQE_REQUIRE(ctx, size < SPIQE_MOST_SOURCE, SPIQE_LIMIT,
                "%.200s: %zu bytes, but at most %zu are expected", name, size,
                SPIQE_MOST_SOURCE - 1);
  SPIQE_REQUIRE(ctx, spiqe_utf8_prefix(text, size) == size, SPIQE_BAD_FORMAT,
                "%.200s: a text in UTF-8 is expected", name);
  for (size_t i = 0; i < size; i++) {
    const unsigned char c = (unsigned char)text[i];
    if (c == '\r') continue;
    SPIQE_REQUIRE(ctx, (c >= ' ' && c != 0x7f) || c == '\n' || c == '\t', SPIQE_BAD_FORMAT,
                  "%.200s: a control character at byte %zu, but a text is expected", name, i);
    out[n++] = text[i];
  }
  out[n] = 0;
  return SPIQE_OK;
}

static spiqe_status set_source(spiqe_context *ctx, const spiqe_option *o, const char *text,
                               char *out) {
  uint8_t *bytes;
  size_t size;
  if (!text[0] || strchr(text, ';')) return take_source(ctx, o->key, text, strlen(text), out);
  spiqe_status status = spiqe_file_read(ctx, text, SPIQE_MOST_SOURCE, &bytes, &size);
  if (status != SPIQE_OK) return spiqe_fail_prefix(ctx, status, "%s", o->key);
  status = take_source(ctx, text, (const char *)bytes, size, out);
  free(bytes);
  return status;
}

static spiqe_status set_field(spiqe_context *ctx, const spiqe_option *option, const char *text,
                              void *settings) {
  void *out = field(option, settings);
  switch (option->type) {
    case SPIQE_OPTION_SIZE: return set_size(ctx, option, text, out);
    case SPIQE_OPTION_REAL: return set_real(ctx, option, text, out);
    case SPIQE_OPTION_FLAG: return set_flag(ctx, option, text, out);
    case SPIQE_OPTION_CHOICE: return set_choice(ctx, option, text, out);
    case SPIQE_OPTION_SOURCE: return set_source(ctx, option, text, out);
  }
  return SPIQE_BAD_ARGUMENT;
}

void spiqe_options_default(const spiqe_option *table, size_t n, void *settings) {
  for (size_t i = 0; i < n; i++) (void)set_field(NULL, &table[i], table[i].value, settings);
}

spiqe_status spiqe_option_set(spiqe_context *ctx, const spiqe_option *table, size_t n,
                              const char *key, const char *text, void *settings) {
  const char *keys[MOST_OPTIONS] = {0};
  char hint[96];
  for (size_t i = 0; i < n; i++) {
    if (!strcmp(table[i].key, key)) return set_field(ctx, &table[i], text, settings);
    if (i < MOST_OPTIONS) keys[i] = table[i].key;
  }
  return spiqe_fail(ctx, SPIQE_BAD_NAME, "unknown key '%.40s'%s", key,
                    spiqe_text_suggest(key, keys, n < MOST_OPTIONS ? n : MOST_OPTIONS, hint,
                                       sizeof hint));
}

/* As YAML's double quotes have it. */
static void print_source(const char *text, spiqe_text *out) {
  spiqe_text_add(out, "\"");
  for (; *text; text++) {
    if (*text == '\n')
      spiqe_text_add(out, "\\n");
    else if (*text == '\t')
      spiqe_text_add(out, "\\t");
    else
      spiqe_text_add(out, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
  }
  spiqe_text_add(out, "\"");
}

void spiqe_option_print(const spiqe_option *option, const void *settings, spiqe_text *out) {
  const char *at = (const char *)settings + option->offset;
  switch (option->type) {
    case SPIQE_OPTION_SIZE: {
      size_t value;
      memcpy(&value, at, sizeof value);
      spiqe_text_add(out, "%s: %zu", option->key, value);
      return;
    }
    case SPIQE_OPTION_REAL: {
      double value;
      memcpy(&value, at, sizeof value);
      spiqe_text_add(out, "%s: ", option->key);
      spiqe_text_add_real(out, value);
      return;
    }
    case SPIQE_OPTION_FLAG:
    case SPIQE_OPTION_CHOICE: {
      int value;
      memcpy(&value, at, sizeof value);
      spiqe_text_add(out, "%s: %s", option->key,
                     option->type == SPIQE_OPTION_FLAG ? (value ? "true" : "false")
                                                       : option->names[value]);
      return;
    }
    case SPIQE_OPTION_SOURCE:
      spiqe_text_add(out, "%s: ", option->key);
      print_source(at, out);
      return;
  }
}
