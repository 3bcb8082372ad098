/* Kernels at work: every entry of a table of kernels on operands as training qsnn has them. */
#ifndef SPIQE_BENCH_SUPPORT_CASES_H
#define SPIQE_BENCH_SUPPORT_CASES_H

#include "device/kernels.h"

/* What the amount of work of a call is counted in. */
typedef enum bench_amount {
  BENCH_OPERATIONS,   /* floating-point, as if no operand were 0: GF/s */
  BENCH_BYTES,        /* read and written: GB/s */
  BENCH_NEURON_STEPS, /* ns each */
  BENCH_DRAWS         /* ns each */
} bench_amount;

typedef struct bench_case {
  const char *name;
  size_t entry; /* offset of the kernel in spiqe_kernels */
  bench_amount unit;
  double amount; /* of a call, in that unit */
  double needed; /* least operations (zeros skipped) or bytes that any kernel must do or move */
  void (*call)(const spiqe_kernels *kernels);
} bench_case;

/* Make the operands (once), then the cases by index; NULL past the last. */
void bench_cases_begin(void);
const bench_case *bench_case_at(size_t index);

#endif
