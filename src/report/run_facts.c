/* Facts about a run: how it was trained, on what machine the page was made. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "core/fail.h"
#include "report/run.h"
#include "spiqe/version.h"
#include "train/classifier.h"

__attribute__((format(printf, 3, 4))) static void add(spiqe_run_facts *list, const char *name,
                                                      const char *format, ...) {
  va_list args;
  if (list->n == SPIQE_RUN_FACTS) return;
  va_start(args, format);
  vsnprintf(list->values[list->n], sizeof list->values[0], format, args);
  va_end(args);
  list->rows[list->n] = (spiqe_fact){name, list->values[list->n]};
  list->n++;
}

/* One of the model's settings, under its key. */
static void add_option(spiqe_run_facts *list, spiqe_section section, const char *key,
                       const char *name) {
  for (size_t i = 0; i < section.n_options; i++) {
    spiqe_text text = {0};
    if (strcmp(section.options[i].key, key)) continue;
    spiqe_option_print(&section.options[i], section.settings, &text);
    const char *value = text.data ? strstr(text.data, ": ") : NULL;
    if (value) add(list, name, "%s", value + 2);
    spiqe_text_destroy(&text);
  }
}

static void add_rule(spiqe_run_facts *list, spiqe_model *model) {
  if (!model->is_local) return;
  add(list, "learning rule", "local, no backpropagation");
  add_option(list, spiqe_model_local_section(model), "draws", "draws of a sample");
  add_option(list, spiqe_model_local_section(model), "baseline", "baseline");
}

static void add_training(spiqe_run *run, spiqe_section learn) {
  spiqe_run_facts *list = &run->configuration;
  const spiqe_train_result *train = run->about->train;
  add(list, "epochs done", "%zu", spiqe_classifier_epochs(run->classifier));
  add_option(list, learn, "epochs", "epochs asked for");
  add_option(list, learn, "batch", "batch");
  add_option(list, learn, "optimizer", "optimizer");
  add_option(list, learn, "rate", "learning rate");
  add_option(list, learn, "schedule", "schedule");
  add_option(list, learn, "clip", "gradient clipping");
  add_option(list, learn, "validation", "validation share");
  if (!train) return;
  add(list, "training samples", "%zu", train->train_samples);
  add(list, "training seconds", "%.2f", train->train_seconds);
  add(list, "seconds per epoch", "%.3f", train->seconds_per_epoch);
}

static void add_configuration(spiqe_run *run, spiqe_model *model) {
  spiqe_run_facts *list = &run->configuration;
  add(list, "model", "%s", model->name);
  if (model->summary[0]) add(list, "summary", "%s", model->summary);
  add(list, "parameters", "%zu", spiqe_classifier_n_parameters(run->classifier));
  add(list, "encoding", "%s, %zu steps", model->network.encoder->name,
      spiqe_classifier_n_steps(run->classifier));
  add(list, "data", "%s", run->data->name);
  add_option(list, spiqe_model_loss_section(model), "kind", "loss reads");
  add_rule(list, model);
  add_training(run, spiqe_model_learn_section(model));
  add(list, "test samples", "%zu", run->test.n_samples);
  add(list, "test loss", "%.4f", run->test.loss);
  if (run->test.n_layers) add(list, "spikes per sample", "%.1f", run->test.spikes_per_sample);
}

/* "model name : X" of the first processor; elsewhere the name of the architecture. */
static void add_processor(spiqe_run_facts *list) {
  char line[256];
  const char *name = NULL;
  struct utsname system;
  FILE *file = fopen("/proc/cpuinfo", "r");
  while (file && !name && fgets(line, sizeof line, file))
    if (!strncmp(line, "model name", 10) && (name = strstr(line, ": "))) name += 2;
  if (file) fclose(file);
  if (!name && uname(&system) == 0) name = system.machine;
  if (!name) return;
  line[strcspn(line, "\n")] = 0;
  add(list, "processor", "%s", name);
}

spiqe_status spiqe_run_add_facts(spiqe_run *run) {
  spiqe_run_facts *list = &run->machine;
  struct utsname system;
  add_configuration(run, run->classifier->owned_model);
  add_processor(list);
  if (uname(&system) == 0) add(list, "system", "%s %s", system.sysname, system.release);
  add(list, "threads", "%zu", spiqe_context_n_threads(run->ctx));
  add(list, "kernels", "%s", spiqe_context_device(run->ctx));
  if (run->about->train)
    add(list, "peak memory", "%.0f MB", (double)run->about->train->peak_memory / 1e6);
  add(list, "test speed", "%.0f samples/s", run->test.samples_per_second);
  add(list, "spiqe", "%s", spiqe_version());
  add(list, "libraries", "%s", spiqe_build_libraries());
  add(list, "seed", "%llu", (unsigned long long)spiqe_classifier_seed(run->classifier));
  return SPIQE_OK;
}
