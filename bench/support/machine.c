#include "support/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "core/threads.h"
#include "spiqe/context.h"
#include "spiqe/version.h"

/* "model name : X" of /proc/cpuinfo, else the architecture. */
static void read_processor(char *out, size_t size) {
  char line[256];
  struct utsname system;
  FILE *file = fopen("/proc/cpuinfo", "re");
  out[0] = 0;
  while (file && !out[0] && fgets(line, sizeof line, file)) {
    char *colon = strchr(line, ':');
    if (strncmp(line, "model name", 10) || !colon) continue;
    snprintf(out, size, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
  }
  if (file) fclose(file);
  if (!out[0] && uname(&system) == 0) snprintf(out, size, "%s", system.machine);
}

/* Which vector instructions there are says more than a processor's name in a virtual machine. */
static const char *widest_vectors(void) {
  const char *name, *widest = "";
  int usable;
  for (size_t i = 0; (name = spiqe_device_name(i, &usable)); i++)
    if (usable) widest = name;
  return widest;
}

/* "1024K" of the first processor's cache; index 2: its L2, 3: its L3. */
static void add_cache(cJSON *object, const char *key, int index) {
  char path[96];
  double kib;
  snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/size", index);
  FILE *file = fopen(path, "re");
  if (file && fscanf(file, "%lfK", &kib) == 1) cJSON_AddNumberToObject(object, key, kib);
  if (file) fclose(file);
}

cJSON *bench_machine(void) {
  char processor[256];
  struct utsname system;
  cJSON *object = cJSON_CreateObject();
  read_processor(processor, sizeof processor);
  cJSON_AddStringToObject(object, "processor", processor);
  cJSON_AddStringToObject(object, "vectors", widest_vectors());
  cJSON_AddNumberToObject(object, "processors", (double)spiqe_threads_available());
  add_cache(object, "l2_kib", 2);
  add_cache(object, "l3_kib", 3);
  double memory = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
  cJSON_AddNumberToObject(object, "memory_gib", (double)(long)(memory / (1 << 30) + 0.5));
  if (uname(&system) == 0) cJSON_AddStringToObject(object, "system", system.sysname);
  cJSON_AddStringToObject(object, "compiler", __VERSION__);
  cJSON_AddStringToObject(object, "libraries", spiqe_build_libraries());
  cJSON_AddStringToObject(object, "version", spiqe_version());
  return object;
}

double bench_load(void) {
  double load;
  return getloadavg(&load, 1) == 1 ? load : -1;
}
