/* Property: any text gives a circuit or a message that begins with its name; a circuit that is
 * written and read again is the same. */
#include <stddef.h>
#include <stdint.h>

#include "circuit_law.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct spiqe_context context = {0};
  spiqe_circuit *circuit;
  spiqe_status status =
      spiqe_qasm_parse(&context, "f", (const char *)data, size, MOST_OPERATIONS, &circuit);
  if ((status == SPIQE_OK) != (circuit != NULL)) abort();
  if (status != SPIQE_OK && strncmp(context.message, "f:", 2) != 0) {
    fprintf(stderr, "%s\n", context.message);
    abort();
  }
  if (circuit) check_circuit(&context, circuit);
  spiqe_circuit_destroy(circuit);
  return 0;
}
