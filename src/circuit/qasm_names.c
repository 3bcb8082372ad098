/* Names of the text, and what they mean where. */
#include <stdlib.h>
#include <string.h>

#include "circuit/qasm.h"
#include "core/fail.h"
#include "core/grow.h"
#include "core/utf8.h"
#include "spiqe/names.h"

static spiqe_status grow_buckets(spiqe_qasm *in) {
  size_t n = in->n_buckets ? 2 * in->n_buckets : 512;
  uint32_t *buckets = calloc(n, sizeof *buckets);
  SPIQE_REQUIRE(in->ctx, buckets, SPIQE_NO_MEMORY, "no memory for %zu names", n);
  for (size_t i = 0; i < in->n_names; i++) {
    size_t at = in->names[i].hash & (n - 1);
    while (buckets[at]) at = (at + 1) & (n - 1);
    buckets[at] = (uint32_t)i + 1;
  }
  free(in->buckets);
  in->buckets = buckets;
  in->n_buckets = n;
  return SPIQE_OK;
}

spiqe_status spiqe_qasm_intern(spiqe_qasm *in, const char *text, uint32_t length, uint32_t hash,
                               uint32_t *name) {
  if (2 * in->n_names >= in->n_buckets) SPIQE_TRY(grow_buckets(in));
  size_t mask = in->n_buckets - 1, at = (hash ^ hash >> 15) & mask;
  hash ^= hash >> 15;
  for (; in->buckets[at]; at = (at + 1) & mask) {
    const spiqe_qasm_name *known = &in->names[in->buckets[at] - 1];
    if (known->hash == hash && known->length == length && !memcmp(known->text, text, length)) {
      *name = in->buckets[at] - 1;
      return SPIQE_OK;
    }
  }
  if (spiqe_utf8_prefix(text, length) != length)
    return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "a name that is not UTF-8");
  SPIQE_TRY(SPIQE_POOL_ROOM(in, names, 1));
  *name = (uint32_t)in->n_names++;
  in->names[*name] = (spiqe_qasm_name){.text = text, .length = length, .hash = hash, .symbol = -1};
  in->buckets[at] = *name + 1;
  return SPIQE_OK;
}

spiqe_status spiqe_qasm_intern_text(spiqe_qasm *in, const char *text, uint32_t *name) {
  size_t length = strlen(text);
  return spiqe_qasm_intern(in, text, (uint32_t)length, spiqe_qasm_hash(text, length), name);
}

static spiqe_status bind_builtin(spiqe_qasm *in, const char *text, spiqe_qasm_symbol symbol) {
  symbol.is_builtin = 1;
  SPIQE_TRY(spiqe_qasm_intern_text(in, text, &symbol.name));
  return spiqe_qasm_bind(in, &symbol, &in->token);
}

spiqe_status spiqe_qasm_begin_names(spiqe_qasm *in) {
  static const char *const words[] = {
#define WORD(name, text, old) text,
      SPIQE_QASM_KEYWORD_LIST(WORD)
#undef WORD
  };
  static const struct {
    const char *name;
    double value;
  } constants[] = {{"pi", 3.14159265358979323846},    {"\xcf\x80", 3.14159265358979323846},
                   {"tau", 6.28318530717958647693},   {"\xcf\x84", 6.28318530717958647693},
                   {"euler", 2.71828182845904523536}, {"\xe2\x84\x87", 2.71828182845904523536}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    uint32_t name;
    SPIQE_TRY(spiqe_qasm_intern_text(in, words[i], &name));
    in->names[name].keyword = (uint8_t)(i + 1);
  }
  for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
    SPIQE_TRY(bind_builtin(in, constants[i].name,
                           (spiqe_qasm_symbol){.kind = SPIQE_QASM_CONSTANT,
                                               .value = spiqe_qasm_of_real(constants[i].value)}));
  const char *function;
  size_t n;
  for (uint32_t i = 0; (function = spiqe_qasm_function(i, &n)) != NULL; i++)
    SPIQE_TRY(
        bind_builtin(in, function, (spiqe_qasm_symbol){.kind = SPIQE_QASM_FUNCTION, .first = i}));
  return SPIQE_OK;
}

/* In a gate's body: its own names, and what was there when the gate was defined, outside of all
 * blocks. */
static int is_visible(const spiqe_qasm *in, int32_t at) {
  if (!in->frame || (uint32_t)at >= in->frame->first_symbol) return 1;
  const spiqe_qasm_symbol *symbol = &in->symbols[at];
  int is_known = symbol->kind == SPIQE_QASM_CONSTANT || symbol->kind == SPIQE_QASM_GATE ||
                 symbol->kind == SPIQE_QASM_FUNCTION;
  return is_known && (uint32_t)at <= in->gates[in->frame->gate].symbol;
}

spiqe_qasm_symbol *spiqe_qasm_find(const spiqe_qasm *in, uint32_t name) {
  int32_t at = in->names[name].symbol;
  while (at >= 0 && !is_visible(in, at)) at = in->symbols[at].hidden;
  return at < 0 ? NULL : &in->symbols[at];
}

spiqe_status spiqe_qasm_bind(spiqe_qasm *in, const spiqe_qasm_symbol *symbol,
                             const spiqe_qasm_token *at) {
  spiqe_qasm_name *name = &in->names[symbol->name];
  if (name->keyword && !symbol->is_builtin)
    return spiqe_qasm_fail_at(in, at, SPIQE_BAD_NAME, "'%.*s' is a word of the language",
                              (int)name->length, name->text);
  const spiqe_qasm_symbol *known = spiqe_qasm_find(in, symbol->name);
  if (known && known->block == in->block && !known->is_builtin)
    return spiqe_qasm_fail_at(in, at, SPIQE_BAD_NAME, "'%.*s' is declared twice", (int)name->length,
                              name->text);
  SPIQE_REQUIRE(in->ctx, in->n_symbols < INT32_MAX, SPIQE_LIMIT, "more than %d names", INT32_MAX);
  SPIQE_TRY(SPIQE_POOL_ROOM(in, symbols, 1));
  spiqe_qasm_symbol *stored = &in->symbols[in->n_symbols];
  *stored = *symbol;
  stored->block = in->block;
  stored->hidden = name->symbol;
  name->symbol = (int32_t)in->n_symbols++;
  return SPIQE_OK;
}

void spiqe_qasm_unbind(spiqe_qasm *in, size_t n) {
  while (in->n_symbols > n) {
    const spiqe_qasm_symbol *symbol = &in->symbols[--in->n_symbols];
    in->names[symbol->name].symbol = symbol->hidden;
  }
}

#define MOST_HINTS 256

/* Names that could have been meant: the last ones of the right kind. */
static size_t collect(const spiqe_qasm *in, unsigned kinds, char (*texts)[64], const char **names) {
  size_t n = 0;
  for (size_t i = in->n_symbols; i-- > 0 && n < MOST_HINTS;) {
    const spiqe_qasm_symbol *symbol = &in->symbols[i];
    const spiqe_qasm_name *name = &in->names[symbol->name];
    if (!(kinds >> symbol->kind & 1) || name->length >= 64 || !is_visible(in, (int32_t)i)) continue;
    memcpy(texts[n], name->text, name->length);
    texts[n][name->length] = 0;
    names[n] = texts[n];
    n++;
  }
  return n;
}

spiqe_status spiqe_qasm_fail_name(const spiqe_qasm *in, const char *what, unsigned kinds) {
  char texts[MOST_HINTS][64], given[64] = "", hint[96];
  const char *names[MOST_HINTS];
  const spiqe_qasm_name *name = &in->names[in->token.name];
  size_t n = collect(in, kinds, texts, names);
  if (name->length < sizeof given) {
    memcpy(given, name->text, name->length);
    given[name->length] = 0;
  }
  spiqe_text_suggest(given, names, n, hint, sizeof hint);
  return spiqe_qasm_fail(in, SPIQE_BAD_NAME, "no %s is called '%.*s'%s", what,
                         (int)spiqe_utf8_prefix(name->text, name->length < 60 ? name->length : 60),
                         name->text, hint);
}
