/* Tokens of OpenQASM, and where they are. */
#ifndef SPIQE_CIRCUIT_QASM_TOKEN_H
#define SPIQE_CIRCUIT_QASM_TOKEN_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/context.h"

struct spiqe_qasm;

/* X(name, text, precedence as a binary operator or 0, node): the longer of two that begin alike
 * comes first. */
#define SPIQE_QASM_SIGN_LIST(X)                                                                    \
  X(POWER, "**", 13, CONSTANT)                                                                     \
  X(JOIN, "++", 0, CONSTANT)                                                                       \
  X(ARROW, "->", 0, CONSTANT)                                                                      \
  X(SHIFT_LEFT, "<<", 9, SHIFT_LEFT)                                                               \
  X(SHIFT_RIGHT, ">>", 9, SHIFT_RIGHT)                                                             \
  X(LESS_EQUAL, "<=", 8, LESS_EQUAL)                                                               \
  X(GREATER_EQUAL, ">=", 8, GREATER_EQUAL)                                                         \
  X(EQUAL, "==", 7, EQUAL)                                                                         \
  X(DIFFERENT, "!=", 7, DIFFERENT)                                                                 \
  X(AND, "&&", 3, AND)                                                                             \
  X(OR, "||", 2, OR)                                                                               \
  X(PLUS, "+", 10, ADD)                                                                            \
  X(MINUS, "-", 10, SUBTRACT)                                                                      \
  X(TIMES, "*", 11, MULTIPLY)                                                                      \
  X(DIVIDE, "/", 11, DIVIDE)                                                                       \
  X(REMAINDER, "%", 11, REMAINDER)                                                                 \
  X(LESS, "<", 8, LESS)                                                                            \
  X(GREATER, ">", 8, GREATER)                                                                      \
  X(BIT_AND, "&", 6, BIT_AND)                                                                      \
  X(BIT_XOR, "^", 5, BIT_XOR)                                                                      \
  X(BIT_OR, "|", 4, BIT_OR)                                                                        \
  X(NOT, "!", 0, NOT)                                                                              \
  X(INVERT, "~", 0, INVERT)                                                                        \
  X(ASSIGN, "=", 0, CONSTANT)                                                                      \
  X(AT, "@", 0, CONSTANT)                                                                          \
  X(OPEN, "(", 0, CONSTANT)                                                                        \
  X(CLOSE, ")", 0, CONSTANT)                                                                       \
  X(OPEN_INDEX, "[", 0, CONSTANT)                                                                  \
  X(CLOSE_INDEX, "]", 0, CONSTANT)                                                                 \
  X(OPEN_BLOCK, "{", 0, CONSTANT)                                                                  \
  X(CLOSE_BLOCK, "}", 0, CONSTANT)                                                                 \
  X(COMMA, ",", 0, CONSTANT)                                                                       \
  X(COLON, ":", 0, CONSTANT)                                                                       \
  X(SEMICOLON, ";", 0, CONSTANT)

typedef enum spiqe_qasm_token_kind {
  SPIQE_QASM_END,
  SPIQE_QASM_NAME,     /* name; keywords too */
  SPIQE_QASM_WHOLE,    /* integer */
  SPIQE_QASM_NUMBER,   /* real */
  SPIQE_QASM_DURATION, /* real: seconds, or dt when is_in_dt */
  SPIQE_QASM_STRING,   /* without its quotes */
  SPIQE_QASM_HARDWARE, /* integer */
  SPIQE_QASM_COMPOUND, /* +=: sign */
#define SPIQE_QASM_SIGN_ENUM(name, text, precedence, node) SPIQE_QASM_##name##_SIGN,
  SPIQE_QASM_SIGN_LIST(SPIQE_QASM_SIGN_ENUM)
#undef SPIQE_QASM_SIGN_ENUM
      SPIQE_QASM_N_TOKENS
} spiqe_qasm_token_kind;

/* X(name, text, known in OpenQASM 2 too) */
#define SPIQE_QASM_KEYWORD_LIST(X)                                                                 \
  X(OPENQASM, "OPENQASM", 1)                                                                       \
  X(INCLUDE, "include", 1)                                                                         \
  X(QREG, "qreg", 1)                                                                               \
  X(CREG, "creg", 1)                                                                               \
  X(GATE, "gate", 1)                                                                               \
  X(OPAQUE, "opaque", 1)                                                                           \
  X(BARRIER, "barrier", 1)                                                                         \
  X(MEASURE, "measure", 1)                                                                         \
  X(RESET, "reset", 1)                                                                             \
  X(IF, "if", 1)                                                                                   \
  X(ELSE, "else", 0)                                                                               \
  X(WHILE, "while", 0)                                                                             \
  X(FOR, "for", 0)                                                                                 \
  X(IN, "in", 0)                                                                                   \
  X(SWITCH, "switch", 0)                                                                           \
  X(CASE, "case", 0)                                                                               \
  X(DEFAULT, "default", 0)                                                                         \
  X(BOX, "box", 0)                                                                                 \
  X(LET, "let", 0)                                                                                 \
  X(CONST, "const", 0)                                                                             \
  X(INPUT, "input", 0)                                                                             \
  X(OUTPUT, "output", 0)                                                                           \
  X(QUBIT, "qubit", 0)                                                                             \
  X(BIT, "bit", 0)                                                                                 \
  X(BOOL, "bool", 0)                                                                               \
  X(INT, "int", 0)                                                                                 \
  X(UINT, "uint", 0)                                                                               \
  X(FLOAT, "float", 0)                                                                             \
  X(ANGLE, "angle", 0)                                                                             \
  X(DURATION, "duration", 0)                                                                       \
  X(STRETCH, "stretch", 0)                                                                         \
  X(DELAY, "delay", 0)                                                                             \
  X(CTRL, "ctrl", 0)                                                                               \
  X(NEGCTRL, "negctrl", 0)                                                                         \
  X(INV, "inv", 0)                                                                                 \
  X(POW, "pow", 0)                                                                                 \
  X(TRUE, "true", 0)                                                                               \
  X(FALSE, "false", 0)                                                                             \
  X(PRAGMA, "pragma", 0)                                                                           \
  X(BREAK, "break", 0)                                                                             \
  X(CONTINUE, "continue", 0)                                                                       \
  X(END_WORD, "end", 0)                                                                            \
  X(RETURN, "return", 0)                                                                           \
  X(DEF, "def", 0)                                                                                 \
  X(EXTERN, "extern", 0)                                                                           \
  X(CAL, "cal", 0)                                                                                 \
  X(DEFCAL, "defcal", 0)                                                                           \
  X(DEFCALGRAMMAR, "defcalgrammar", 0)                                                             \
  X(ARRAY, "array", 0)                                                                             \
  X(COMPLEX, "complex", 0)                                                                         \
  X(READONLY, "readonly", 0)                                                                       \
  X(MUTABLE, "mutable", 0)                                                                         \
  X(VOID, "void", 0)                                                                               \
  X(DURATIONOF, "durationof", 0)                                                                   \
  X(SIZEOF, "sizeof", 0)

typedef enum spiqe_qasm_keyword {
  SPIQE_QASM_NO_WORD,
#define SPIQE_QASM_KEYWORD_ENUM(name, text, old) SPIQE_QASM_WORD_##name,
  SPIQE_QASM_KEYWORD_LIST(SPIQE_QASM_KEYWORD_ENUM)
#undef SPIQE_QASM_KEYWORD_ENUM
      SPIQE_QASM_N_WORDS
} spiqe_qasm_keyword;

/* A place in a text; all borrowed. */
typedef struct spiqe_qasm_place {
  const char *at, *end, *line_start, *file;
  uint32_t line;
} spiqe_qasm_place;

typedef struct spiqe_qasm_token {
  uint8_t kind; /* spiqe_qasm_token_kind */
  uint8_t is_in_dt;
  uint8_t sign;  /* COMPOUND: the operator before the = */
  uint32_t name; /* NAME */
  double real;
  uint64_t integer;
  const char *text; /* [length] */
  uint32_t length, line;
  const char *line_start;
} spiqe_qasm_token;

/* Go to the next token. Fails: SPIQE_BAD_FORMAT, SPIQE_LIMIT (a number or name too long). */
spiqe_status spiqe_qasm_next(struct spiqe_qasm *in);

/* Pass over the rest of the line, and go to the next token. */
spiqe_status spiqe_qasm_skip_line(struct spiqe_qasm *in);

/* Read a number, in->place.at on its first character. */
spiqe_status spiqe_qasm_read_number(struct spiqe_qasm *in);

uint32_t spiqe_qasm_hash(const char *text, size_t length);

/* Go on behind a token of that kind, or a keyword; fail with what was expected. */
spiqe_status spiqe_qasm_expect(struct spiqe_qasm *in, spiqe_qasm_token_kind kind);
spiqe_status spiqe_qasm_expect_word(struct spiqe_qasm *in, spiqe_qasm_keyword word);

/* Is the token of that kind? */
int spiqe_qasm_is(const struct spiqe_qasm *in, spiqe_qasm_token_kind kind);

/* The keyword that the token is; SPIQE_QASM_NO_WORD. */
spiqe_qasm_keyword spiqe_qasm_word(const struct spiqe_qasm *in);

const char *spiqe_qasm_token_text(spiqe_qasm_token_kind kind);
int spiqe_qasm_precedence(spiqe_qasm_token_kind kind);
int spiqe_qasm_node_of(spiqe_qasm_token_kind kind);

/* "file:line:column: message", of the token; in a gate's body, of the call. */
spiqe_status spiqe_qasm_fail(const struct spiqe_qasm *in, spiqe_status status, const char *format,
                             ...) __attribute__((format(printf, 3, 4)));
spiqe_status spiqe_qasm_fail_at(const struct spiqe_qasm *in, const spiqe_qasm_token *token,
                                spiqe_status status, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* "expected ..., found ..." of the token. */
spiqe_status spiqe_qasm_fail_expected(const struct spiqe_qasm *in, const char *what);

/* Put the place before the message of a call that failed. */
spiqe_status spiqe_qasm_place_failure(const struct spiqe_qasm *in, const spiqe_qasm_token *token,
                                      spiqe_status status);

#endif
