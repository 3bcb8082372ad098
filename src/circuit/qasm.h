/* The reader of OpenQASM 2 and 3: what its files share. It goes through the text once and builds
 * the circuit as it goes. Loops and gate definitions are read again for each turn and each call, so
 * that nothing is kept of them but where their text begins; what is read again and what is made by
 * it is counted against limits. All stacks fall back to where they were at the end of a
 * statement. */
#ifndef SPIQE_CIRCUIT_QASM_H
#define SPIQE_CIRCUIT_QASM_H

#include "circuit/circuit.h"
#include "circuit/qasm_token.h"
#include "circuit/qasm_value.h"

#define SPIQE_QASM_MOST_DEPTH 64   /* of parentheses, of blocks, of gates within gates */
#define SPIQE_QASM_MOST_TERMS 1024 /* inputs that one angle depends on */
#define SPIQE_QASM_MOST_NAME 255   /* bytes of a name */

/* What loops, registers in the place of qubits and gates within gates may make that the text does
 * not hold itself: operations; for each of them so many qubits, terms and nodes, and so many bytes
 * that are read again. */
#define SPIQE_QASM_MOST_EXTRA 1000000
#define SPIQE_QASM_MOST_PLACES 16
#define SPIQE_QASM_MOST_REREAD 128

/* A name of the text; names are equal when their indices are. */
typedef struct spiqe_qasm_name {
  const char *text; /* borrowed: the text, or static */
  uint32_t length, hash;
  int32_t symbol;         /* what it means here, innermost first; -1: nothing */
  uint8_t keyword;        /* spiqe_qasm_keyword; 0: none */
  uint8_t is_taken;       /* a register or an input of the circuit has it */
  uint32_t last_register; /* local registers: 1 + the last one with that name, 0: none */
  uint32_t n_renamed;     /* and how many got another name */
} spiqe_qasm_name;

typedef enum spiqe_qasm_symbol_kind {
  SPIQE_QASM_CONSTANT, /* value */
  SPIQE_QASM_INPUT,    /* first: of the circuit's inputs */
  SPIQE_QASM_QUBITS,   /* first, size */
  SPIQE_QASM_ALIAS,    /* of qubits: first (in lists), size */
  SPIQE_QASM_BITS,     /* first, size, register_kind */
  SPIQE_QASM_GATE,     /* first: of the gates */
  SPIQE_QASM_FUNCTION, /* first: row of the functions */
  SPIQE_QASM_STRETCH
} spiqe_qasm_symbol_kind;

typedef struct spiqe_qasm_symbol {
  uint8_t kind, register_kind;
  uint8_t is_single;  /* QUBITS, BITS: no register, has no index */
  uint8_t is_kept;    /* CONSTANT: its terms lie in kept_terms */
  uint8_t is_builtin; /* the file may give the name another meaning */
  uint32_t name, block, first, size;
  int32_t hidden; /* symbol that the name meant before; -1: none */
  uint32_t reg;   /* BITS: its register */
  spiqe_qasm_value value;
} spiqe_qasm_symbol;

/* A gate: a row of the table with controls, or a body. */
typedef struct spiqe_qasm_gate {
  int row; /* of spiqe_gates; -1: by its body */
  uint32_t n_controls, n_parameters, n_qubits;
  uint32_t symbol, first_name;  /* names of parameters, then qubits, in lists */
  spiqe_qasm_place body, after; /* behind its '{', behind its '}' */
  uint8_t is_open, is_opaque;   /* its body is being read; declared and not defined */
} spiqe_qasm_gate;

/* A call whose body is being read. Of what is outside it, only what was there before the gate can
 * be seen. */
typedef struct spiqe_qasm_frame {
  const struct spiqe_qasm_frame *outer;
  uint32_t gate, first_symbol;
} spiqe_qasm_frame;

typedef enum spiqe_qasm_modifier_kind {
  SPIQE_QASM_CONTROL,
  SPIQE_QASM_NEGATIVE_CONTROL,
  SPIQE_QASM_INVERSE,
  SPIQE_QASM_POWER
} spiqe_qasm_modifier_kind;

typedef struct spiqe_qasm_modifier {
  spiqe_qasm_modifier_kind kind;
  uint32_t n_controls;
  double power;
} spiqe_qasm_modifier;

/* Qubits or bits that a statement names. */
typedef struct spiqe_qasm_operand {
  size_t first; /* in the stack of qubits; bits: of the circuit */
  uint32_t size;
  uint8_t is_single; /* no register: it goes with each element of the others */
} spiqe_qasm_operand;

/* Heights of the stacks. */
typedef struct spiqe_qasm_marks {
  size_t n_terms, n_nodes, n_values, n_qubits, n_operands, n_modifiers;
} spiqe_qasm_marks;

typedef struct spiqe_qasm {
  spiqe_context *ctx;
  spiqe_circuit *circuit; /* borrowed */
  spiqe_qasm_place place; /* of the text behind the token */
  spiqe_qasm_token token;
  int version; /* 2 or 3 */

  int is_muted;     /* a gate's body is looked through: nothing is added */
  int is_including; /* what is defined may be defined again */
  uint32_t line;    /* of the statement, outside of gates */
  uint32_t depth, block, n_frames;
  const spiqe_qasm_frame *frame; /* borrowed; NULL outside of gates */
  spiqe_qasm_place called_at;    /* in a frame: the outermost call */
  uint32_t hardware;             /* 1 + the register of $0, $1...; 0: none */
  uint64_t most_extra, operations_left, places_left, reread_left;
  uint32_t *buckets; /* owned, [n_buckets]: 1 + index of a name, 0: empty */
  size_t n_buckets;
  SPIQE_POOL(spiqe_qasm_name, names);
  SPIQE_POOL(spiqe_qasm_symbol, symbols);
  SPIQE_POOL(spiqe_qasm_gate, gates);
  SPIQE_POOL(uint32_t, lists); /* of aliases, and names of gates: they stay */
  SPIQE_POOL(spiqe_term, kept_terms);
  SPIQE_POOL(spiqe_term, terms); /* stacks, from here on */
  SPIQE_POOL(spiqe_node, nodes);
  SPIQE_POOL(spiqe_qasm_value, values);
  SPIQE_POOL(uint32_t, qubits);
  SPIQE_POOL(spiqe_qasm_operand, operands);
  SPIQE_POOL(spiqe_qasm_modifier, modifiers);
} spiqe_qasm;

/* --- qasm_read.c */

/* spiqe_circuit_parse with another limit in the place of SPIQE_QASM_MOST_EXTRA. */
spiqe_status spiqe_qasm_parse(spiqe_context *ctx, const char *name, const char *text, size_t size,
                              uint64_t most_extra, spiqe_circuit **out);

/* Begin with text[size] in version 3; names and symbols of the language itself are there. */
spiqe_status spiqe_qasm_begin(spiqe_qasm *in, spiqe_circuit *circuit, const char *file,
                              const char *text, size_t size);
void spiqe_qasm_end(spiqe_qasm *in);

/* Set the limits for what is made and what is read again. */
void spiqe_qasm_limit(spiqe_qasm *in, uint64_t most_extra);

/* Where the stacks end; let them end there again. */
spiqe_qasm_marks spiqe_qasm_mark(const spiqe_qasm *in);
void spiqe_qasm_fall_back(spiqe_qasm *in, const spiqe_qasm_marks *marks);

/* Count what is made, and what is read again; fails with SPIQE_LIMIT. */
spiqe_status spiqe_qasm_spend(spiqe_qasm *in, uint64_t n_operations, uint64_t n_places);
spiqe_status spiqe_qasm_spend_reread(spiqe_qasm *in, size_t n_bytes);

/* --- qasm_names.c */

spiqe_status spiqe_qasm_begin_names(spiqe_qasm *in);

/* Index of a name, which is borrowed; hash as spiqe_qasm_hash gives it. */
spiqe_status spiqe_qasm_intern(spiqe_qasm *in, const char *text, uint32_t length, uint32_t hash,
                               uint32_t *name);
spiqe_status spiqe_qasm_intern_text(spiqe_qasm *in, const char *text, uint32_t *name);

/* What a name means here; NULL: nothing. Valid until the next symbol is added. */
spiqe_qasm_symbol *spiqe_qasm_find(const spiqe_qasm *in, uint32_t name);

/* Add a symbol for its name. Fails with SPIQE_BAD_NAME, telling `at`, when the name has a meaning
 * in this block already. */
spiqe_status spiqe_qasm_bind(spiqe_qasm *in, const spiqe_qasm_symbol *symbol,
                             const spiqe_qasm_token *at);

/* Forget all symbols from n on. */
void spiqe_qasm_unbind(spiqe_qasm *in, size_t n);

/* The token is no known name: "... (did you mean ...?)"; kinds: bits of 1 << symbol kind. */
spiqe_status spiqe_qasm_fail_name(const spiqe_qasm *in, const char *what, unsigned kinds);

/* --- qasm_expression.c, qasm_classical.c */

/* Read an expression: a value known now, or nodes for when the circuit runs. */
spiqe_status spiqe_qasm_expression(spiqe_qasm *in, spiqe_qasm_value *out);

/* Read one and turn it to a number known now, to an angle (REAL), to a time. */
spiqe_status spiqe_qasm_integer(spiqe_qasm *in, int64_t *out);
spiqe_status spiqe_qasm_angle(spiqe_qasm *in, spiqe_qasm_value *out);
spiqe_status spiqe_qasm_time(spiqe_qasm *in, spiqe_qasm_value *out);

/* left = left (sign) right, known now or not. */
spiqe_status spiqe_qasm_binary(spiqe_qasm *in, spiqe_qasm_token_kind sign, spiqe_qasm_value *left,
                               spiqe_qasm_value *right);

/* Operators with an operand that is known only when the circuit runs; kind: of the node. */
spiqe_status spiqe_qasm_unary_nodes(spiqe_qasm *in, spiqe_node_kind kind, spiqe_qasm_value *value);
spiqe_status spiqe_qasm_binary_nodes(spiqe_qasm *in, spiqe_node_kind kind, spiqe_qasm_value *left,
                                     spiqe_qasm_value *right);

/* CAST or TRUTH (width 1, is_truth) of a value. */
spiqe_status spiqe_qasm_cast_nodes(spiqe_qasm *in, size_t width, int is_signed, int is_truth,
                                   spiqe_qasm_value *value);

/* Make nodes of a value that is known now; leaves others as they are. */
spiqe_status spiqe_qasm_make_nodes(spiqe_qasm *in, spiqe_qasm_value *value);

/* The number in bits first.. first + size - 1. */
spiqe_status spiqe_qasm_push_bits(spiqe_qasm *in, uint32_t first, size_t size, int is_signed,
                                  spiqe_qasm_value *out);

/* --- qasm_operand.c */

/* What stands between [ and ] behind a name of `size` elements, token behind '[': start, step and
 * size of what is chosen; is_single: one index. */
typedef struct spiqe_qasm_slice {
  int64_t first, step;
  uint32_t size;
  int is_single;
} spiqe_qasm_slice;
spiqe_status spiqe_qasm_read_slice(spiqe_qasm *in, uint32_t size, spiqe_qasm_slice *out);

/* Read one operand, or operands with ',' between them, onto the stacks. */
spiqe_status spiqe_qasm_read_qubits(spiqe_qasm *in, spiqe_qasm_operand *out);
spiqe_status spiqe_qasm_read_operands(spiqe_qasm *in);

/* Read bits: a classical name, with an index or a slice of step 1. kind: of its register, BITS for
 * a part of a number. */
spiqe_status spiqe_qasm_read_bits(spiqe_qasm *in, spiqe_qasm_operand *out,
                                  spiqe_register_kind *kind);

/* --- qasm_gate.c, qasm_call.c, qasm_modify.c, qasm_power.c, qasm_recognise.c, qasm_include.c */

/* Gates that the version has without an include; those of the table that are known in `where`. */
spiqe_status spiqe_qasm_bind_language(spiqe_qasm *in);
spiqe_status spiqe_qasm_bind_gates(spiqe_qasm *in, unsigned where);
spiqe_status spiqe_qasm_include(spiqe_qasm *in);
spiqe_status spiqe_qasm_define_gate(spiqe_qasm *in, int is_opaque);

/* A gate call, token at its name or its first modifier. */
spiqe_status spiqe_qasm_call(spiqe_qasm *in);

/* Add what a gate's body holds, on qubits[at..] of the stack with values[first_value..]. */
spiqe_status spiqe_qasm_expand(spiqe_qasm *in, uint32_t gate, size_t first_value, size_t at);

/* Change operations from `from` on as modifiers [first, n_modifiers) say, the last one first;
 * controls lie at qubits[at..] of the stack, in the order of the modifiers. */
spiqe_status spiqe_qasm_modify(spiqe_qasm *in, size_t from, size_t first, size_t at);

/* A row of the table with its parameters, and exp(i phase), n_times. */
typedef struct spiqe_qasm_row {
  size_t gate;
  spiqe_qasm_value parameters[SPIQE_MOST_GATE_PARAMETERS]; /* their terms may be changed */
  double phase;
  uint64_t n_times;
} spiqe_qasm_row;

/* Change a row to its inverse, to its power. Fails: SPIQE_UNSUPPORTED. */
void spiqe_qasm_row_inverse(spiqe_qasm *in, spiqe_qasm_row *row);
spiqe_status spiqe_qasm_row_power(spiqe_qasm *in, double power, spiqe_qasm_row *row);

/* Make a gate by its body the row of the table with its name when their matrices are the same. */
spiqe_status spiqe_qasm_recognise(spiqe_qasm *in, uint32_t gate);

/* --- qasm_register.c */

/* Add a register, or find one that a local variable may have again; *reg: which. */
spiqe_status spiqe_qasm_add_register(spiqe_qasm *in, spiqe_register_kind kind, uint32_t name,
                                     size_t size, uint32_t *reg);
spiqe_status spiqe_qasm_add_input(spiqe_qasm *in, uint32_t name, uint32_t *input);

/* The qubit $n, which is made when it is not there; at the end, call their register "q" if no other
 * one is called so. */
spiqe_status spiqe_qasm_hardware_qubit(spiqe_qasm *in, uint64_t n, uint32_t *qubit);
spiqe_status spiqe_qasm_name_hardware(spiqe_qasm *in);

/* --- qasm_declare.c, qasm_type.c, qasm_assign.c, qasm_control.c, qasm_for.c, qasm_skip.c,
 * qasm_statement.c */

typedef struct spiqe_qasm_type {
  uint8_t keyword; /* of the type */
  uint8_t has_size;
  size_t size;
} spiqe_qasm_type;

/* Read a type, token at its keyword; [size]. */
spiqe_status spiqe_qasm_read_type(spiqe_qasm *in, spiqe_qasm_type *out);
spiqe_status spiqe_qasm_read_size(spiqe_qasm *in, size_t *size);
int spiqe_qasm_is_type(const spiqe_qasm *in);

/* Turn a value into one of that type, as a cast does. */
spiqe_status spiqe_qasm_convert(spiqe_qasm *in, const spiqe_qasm_type *type,
                                spiqe_qasm_value *value);

/* Statements, token at their first word; they end behind their ';' or '}'. */
spiqe_status spiqe_qasm_declare(spiqe_qasm *in);
spiqe_status spiqe_qasm_declare_old(spiqe_qasm *in, int is_quantum); /* qreg, creg */
spiqe_status spiqe_qasm_alias(spiqe_qasm *in);
spiqe_status spiqe_qasm_assign(spiqe_qasm *in);
spiqe_status spiqe_qasm_measure(spiqe_qasm *in);
spiqe_status spiqe_qasm_if(spiqe_qasm *in);
spiqe_status spiqe_qasm_while(spiqe_qasm *in);
spiqe_status spiqe_qasm_for(spiqe_qasm *in);
spiqe_status spiqe_qasm_switch(spiqe_qasm *in);

/* `target = measure ...`, token at measure; ends behind the qubits. NULL: nowhere. */
spiqe_status spiqe_qasm_measure_into(spiqe_qasm *in, const spiqe_qasm_operand *target);

/* target = value. */
spiqe_status spiqe_qasm_store(spiqe_qasm *in, const spiqe_qasm_operand *target,
                              spiqe_register_kind kind, spiqe_qasm_value *value);

spiqe_status spiqe_qasm_statement(spiqe_qasm *in);

/* A block in {} or one statement, with names of its own; one that is passed over. */
spiqe_status spiqe_qasm_body(spiqe_qasm *in);
spiqe_status spiqe_qasm_skip_statement(spiqe_qasm *in);

#endif
