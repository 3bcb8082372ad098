/* The circuit that a command is given. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

/* Larger texts are no circuits. */
#define MOST_BYTES ((size_t)1 << 28)

/* All of standard input, *text: owned by the caller. Says what is wrong and returns 0 when it
 * cannot. */
static int read_all(char **text, size_t *size) {
  size_t room = 1 << 16;
  *size = 0;
  *text = malloc(room);
  while (*text) {
    *size += fread(*text + *size, 1, room - *size, stdin);
    if (*size < room || room > MOST_BYTES) break;
    char *moved = realloc(*text, room *= 2);
    if (!moved) free(*text);
    *text = moved;
  }
  const char *problem = !*text               ? "no memory for standard input"
                        : ferror(stdin)      ? "cannot read standard input"
                        : *size > MOST_BYTES ? "standard input is too long for a circuit"
                                             : NULL;
  if (!problem) return 1;
  fprintf(stderr, "spiqe: %s\n", problem);
  free(*text);
  return 0;
}

int cli_read_circuit(spiqe_context *ctx, const char *file, spiqe_circuit **out) {
  char *text = NULL;
  size_t size = 0;
  spiqe_status status;
  *out = NULL;
  if (strcmp(file, "-") != 0) {
    status = spiqe_circuit_read(ctx, file, out);
  } else {
    if (!read_all(&text, &size)) return CLI_FAILED;
    status = spiqe_circuit_parse(ctx, "standard input", text, size, out);
  }
  free(text);
  return status == SPIQE_OK ? CLI_DONE : cli_fail(ctx, status, 0);
}
