/* The chain of devices and the merging of their tables. */
#include "device/device.h"

#include <pthread.h>
#include <string.h>

#include "core/context.h"
#include "device/tables.h"

static int always(void) {
  return 1;
}

static int has_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi2");
}

static int has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

/* Slowest first. */
static const spiqe_device devices[] = {
    {"reference", always, {&spiqe_reference_f32, &spiqe_reference_f64}},
    {"avx2", has_avx2, {&spiqe_avx2_f32, &spiqe_avx2_f64}},
    {"avx512", has_avx512, {&spiqe_avx512_f32, &spiqe_avx512_f64}},
};

#define N_DEVICES (sizeof devices / sizeof devices[0])

static spiqe_kernels merged[N_DEVICES][SPIQE_N_PRECISIONS];
static pthread_once_t merged_once = PTHREAD_ONCE_INIT;

#define N_ENTRIES (sizeof(spiqe_kernels) / sizeof(void (*)(void)))

/* A table is a struct of function pointers only; entries that are not NULL replace. */
static void lay_over(spiqe_kernels *table, const spiqe_kernels *faster) {
  void (*to[N_ENTRIES])(void);
  void (*from[N_ENTRIES])(void);
  memcpy(to, table, sizeof to);
  memcpy(from, faster, sizeof from);
  for (size_t i = 0; i < N_ENTRIES; i++)
    if (from[i]) to[i] = from[i];
  memcpy(table, to, sizeof to);
}

static void merge(void) {
  for (int p = 0; p < SPIQE_N_PRECISIONS; p++) {
    spiqe_kernels table = {0};
    for (size_t d = 0; d < N_DEVICES; d++) {
      if (devices[d].kernels[p]) lay_over(&table, devices[d].kernels[p]);
      merged[d][p] = table;
    }
  }
}

const spiqe_kernels *spiqe_device_kernels(const spiqe_context *ctx, spiqe_precision precision) {
  pthread_once(&merged_once, merge);
  return &merged[ctx->device - devices][precision];
}

size_t spiqe_precision_size(spiqe_precision precision) {
  return precision == SPIQE_F64 ? sizeof(double) : sizeof(float);
}

const spiqe_device *spiqe_device_find(const char *name) {
  const spiqe_device *found = NULL;
  int any = !name || !strcmp(name, "auto");
  for (size_t d = 0; d < N_DEVICES; d++)
    if (any ? devices[d].usable() : !strcmp(devices[d].name, name)) found = &devices[d];
  return found;
}

const char *spiqe_device_name(size_t index, int *usable) {
  if (usable) *usable = index < N_DEVICES && devices[index].usable();
  return index < N_DEVICES ? devices[index].name : NULL;
}
