/* From characters to tokens. */
#include "circuit/qasm_token.h"

#include <string.h>

#include "circuit/qasm.h"

enum { OTHER, BLANK, NEWLINE, LETTER, DIGIT };

/* Bytes from 0x80 on are of letters: π, θ. */
static const uint8_t classes[256] = {
    [' '] = BLANK,          ['\t'] = BLANK,   ['\r'] = BLANK,
    ['\f'] = BLANK,         ['\n'] = NEWLINE, ['a' ... 'z'] = LETTER,
    ['A' ... 'Z'] = LETTER, ['_'] = LETTER,   [0x80 ... 0xff] = LETTER,
    ['0' ... '9'] = DIGIT,
};

static const struct {
  const char *text;
  uint8_t length, precedence, node;
} signs[] = {
#define SIGN(name, text, precedence, node) {text, sizeof text - 1, precedence, SPIQE_NODE_##node},
    SPIQE_QASM_SIGN_LIST(SIGN)
#undef SIGN
};
#define FIRST_SIGN SPIQE_QASM_POWER_SIGN

/* Signs that no longer one begins with. */
static const uint8_t single[128] = {
    ['('] = SPIQE_QASM_OPEN_SIGN,       [')'] = SPIQE_QASM_CLOSE_SIGN,
    ['['] = SPIQE_QASM_OPEN_INDEX_SIGN, [']'] = SPIQE_QASM_CLOSE_INDEX_SIGN,
    ['{'] = SPIQE_QASM_OPEN_BLOCK_SIGN, ['}'] = SPIQE_QASM_CLOSE_BLOCK_SIGN,
    [','] = SPIQE_QASM_COMMA_SIGN,      [';'] = SPIQE_QASM_SEMICOLON_SIGN,
    [':'] = SPIQE_QASM_COLON_SIGN,      ['@'] = SPIQE_QASM_AT_SIGN,
};

const char *spiqe_qasm_token_text(spiqe_qasm_token_kind kind) {
  static const char *const others[] = {
      "the end of the text", "a name",           "an integer", "a number", "a time",
      "a text in quotes",    "a hardware qubit", "a change"};
  return kind < FIRST_SIGN ? others[kind] : signs[kind - FIRST_SIGN].text;
}

int spiqe_qasm_precedence(spiqe_qasm_token_kind kind) {
  return kind < FIRST_SIGN ? 0 : signs[kind - FIRST_SIGN].precedence;
}

int spiqe_qasm_node_of(spiqe_qasm_token_kind kind) {
  return signs[kind - FIRST_SIGN].node;
}

static void new_line(spiqe_qasm_place *place) {
  place->line++;
  place->line_start = place->at;
}

/* Lines end with LF, CR LF or CR; they are counted by LF. */
static const char *end_of_line(const spiqe_qasm_place *place) {
  const char *at = place->at;
  while (at < place->end && *at != '\n' && *at != '\r') at++;
  return at;
}

/* Behind the blanks and comments at place->at. */
static spiqe_status skip_blanks(spiqe_qasm *in) {
  spiqe_qasm_place *place = &in->place;
  for (;;) {
    while (place->at < place->end &&
           (classes[(uint8_t)*place->at] == BLANK || classes[(uint8_t)*place->at] == NEWLINE))
      if (*place->at++ == '\n') new_line(place);
    if (place->end - place->at < 2 || *place->at != '/') return SPIQE_OK;
    if (place->at[1] == '/') {
      place->at = end_of_line(place);
    } else if (place->at[1] == '*') {
      in->token.text = place->at;
      in->token.line = place->line;
      in->token.line_start = place->line_start;
      for (place->at += 2; place->end - place->at >= 2 && memcmp(place->at, "*/", 2);)
        if (*place->at++ == '\n') new_line(place);
      if (place->end - place->at < 2)
        return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "a comment that does not end with */");
      place->at += 2;
    } else {
      return SPIQE_OK;
    }
  }
}

/* FNV-1a (Fowler, Noll, Vo). */
uint32_t spiqe_qasm_hash(const char *text, size_t length) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < length; i++) hash = (hash ^ (uint8_t)text[i]) * 16777619u;
  return hash;
}

static spiqe_status read_name(spiqe_qasm *in) {
  const char *at = in->place.at, *end = in->place.end;
  uint32_t hash = 2166136261u;
  while (at < end && classes[(uint8_t)*at] >= LETTER) hash = (hash ^ (uint8_t)*at++) * 16777619u;
  size_t length = (size_t)(at - in->place.at);
  if (length > SPIQE_QASM_MOST_NAME)
    return spiqe_qasm_fail(in, SPIQE_LIMIT, "a name of %zu bytes; at most %d are read", length,
                           SPIQE_QASM_MOST_NAME);
  in->place.at = at;
  in->token.kind = SPIQE_QASM_NAME;
  in->token.length = (uint32_t)length;
  return spiqe_qasm_intern(in, in->token.text, (uint32_t)length, hash, &in->token.name);
}

static spiqe_status read_string(spiqe_qasm *in) {
  const char *from = in->place.at + 1;
  char quote = *in->place.at;
  const char *to = memchr(from, quote, (size_t)(in->place.end - from));
  if (!to || memchr(from, '\n', (size_t)(to - from)))
    return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "a text in quotes that does not end on its line");
  in->token.kind = SPIQE_QASM_STRING;
  in->token.text = from;
  in->token.length = (uint32_t)(to - from);
  in->place.at = to + 1;
  return SPIQE_OK;
}

static spiqe_status read_hardware(spiqe_qasm *in) {
  const char *at = in->place.at + 1;
  uint64_t n = 0;
  size_t n_digits = 0;
  for (; at < in->place.end && classes[(uint8_t)*at] == DIGIT; at++, n_digits++)
    if (n < SPIQE_MOST_QUBITS) n = 10 * n + (uint64_t)(*at - '0');
  if (!n_digits)
    return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "expected a number behind '$', as in $0");
  in->token.kind = SPIQE_QASM_HARDWARE;
  in->token.integer = n;
  in->token.length = (uint32_t)(at - in->place.at);
  in->place.at = at;
  return SPIQE_OK;
}

static int is_compound(size_t sign) {
  uint8_t node = signs[sign].node;
  return FIRST_SIGN + sign == SPIQE_QASM_POWER_SIGN ||
         (node >= SPIQE_NODE_ADD && node <= SPIQE_NODE_BIT_XOR);
}

static spiqe_status read_sign(spiqe_qasm *in) {
  const char *at = in->place.at;
  size_t left = (size_t)(in->place.end - at);
  uint8_t c = (uint8_t)*at;
  if (c < 128 && single[c]) {
    in->token.kind = single[c];
    in->token.length = 1;
    in->place.at++;
    return SPIQE_OK;
  }
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
    size_t n = signs[i].length;
    if (n > left || memcmp(at, signs[i].text, n) != 0) continue;
    int compound = n < left && at[n] == '=' && is_compound(i);
    in->token.kind = (uint8_t)(compound ? SPIQE_QASM_COMPOUND : FIRST_SIGN + i);
    in->token.sign = (uint8_t)(FIRST_SIGN + i);
    in->token.length = (uint32_t)(n + (compound ? 1 : 0));
    in->place.at += in->token.length;
    return SPIQE_OK;
  }
  if (c > ' ' && c < 127)
    return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "'%c' has no meaning here", c);
  return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "a byte 0x%02x, which OpenQASM has not", c);
}

spiqe_status spiqe_qasm_next(spiqe_qasm *in) {
  spiqe_status status = skip_blanks(in);
  if (status != SPIQE_OK) return status;
  spiqe_qasm_token *token = &in->token;
  const spiqe_qasm_place *place = &in->place;
  token->text = place->at;
  token->line = place->line;
  token->line_start = place->line_start;
  token->length = 0;
  if (place->at == place->end) {
    token->kind = SPIQE_QASM_END;
    return SPIQE_OK;
  }
  uint8_t c = (uint8_t)*place->at;
  switch (classes[c]) {
    case LETTER: return read_name(in);
    case DIGIT: return spiqe_qasm_read_number(in);
    default: break;
  }
  if (c == '.' && place->end - place->at > 1 && classes[(uint8_t)place->at[1]] == DIGIT)
    return spiqe_qasm_read_number(in);
  if (c == '"' || c == '\'') return read_string(in);
  if (c == '$') return read_hardware(in);
  if (c == '#' && place->end - place->at >= 7 && !memcmp(place->at, "#pragma", 7))
    return spiqe_qasm_skip_line(in);
  return read_sign(in);
}

spiqe_status spiqe_qasm_skip_line(spiqe_qasm *in) {
  /* The token may end on a later line than it began: start from behind it. */
  in->place.at = end_of_line(&in->place);
  return spiqe_qasm_next(in);
}

int spiqe_qasm_is(const spiqe_qasm *in, spiqe_qasm_token_kind kind) {
  return in->token.kind == kind;
}

spiqe_qasm_keyword spiqe_qasm_word(const spiqe_qasm *in) {
  if (in->token.kind != SPIQE_QASM_NAME) return SPIQE_QASM_NO_WORD;
  return (spiqe_qasm_keyword)in->names[in->token.name].keyword;
}

spiqe_status spiqe_qasm_expect(spiqe_qasm *in, spiqe_qasm_token_kind kind) {
  if (in->token.kind == kind) return spiqe_qasm_next(in);
  char what[8];
  if (kind < FIRST_SIGN) return spiqe_qasm_fail_expected(in, spiqe_qasm_token_text(kind));
  size_t n = signs[kind - FIRST_SIGN].length;
  memcpy(what, "'", 1);
  memcpy(what + 1, signs[kind - FIRST_SIGN].text, n);
  memcpy(what + 1 + n, "'", 2);
  return spiqe_qasm_fail_expected(in, what);
}

spiqe_status spiqe_qasm_expect_word(spiqe_qasm *in, spiqe_qasm_keyword word) {
  static const char *const texts[] = {"",
#define WORD(name, text, old) "'" text "'",
                                      SPIQE_QASM_KEYWORD_LIST(WORD)
#undef WORD
  };
  if (spiqe_qasm_word(in) == word) return spiqe_qasm_next(in);
  return spiqe_qasm_fail_expected(in, texts[word]);
}
