/* The machine that a row was measured on. */
#ifndef SPIQE_BENCH_SUPPORT_MACHINE_H
#define SPIQE_BENCH_SUPPORT_MACHINE_H

#include <cjson/cJSON.h>

/* {processor, vectors, processors, l2_kib, l3_kib, memory_gib, system, compiler, products,
 * libraries, version}; owned by the caller. */
cJSON *bench_machine(void);

/* Processes that want to run, mean of the last minute; -1: not known. */
double bench_load(void);

#endif
