/* A realistic page, and what its pointers point to: the same for each call. */
#ifndef SPIQE_TESTS_REPORT_DEMO_PAGE_H
#define SPIQE_TESTS_REPORT_DEMO_PAGE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spiqe/report.h"

#define DEMO_EPOCHS 10
#define DEMO_BATCHES 3000
#define DEMO_STEPS 25
#define DEMO_HIDDEN 1000
#define DEMO_WEIGHTS 16
#define DEMO_CONFUSED 12
#define DEMO_PIXELS 784
#define DEMO_MOST_CLASSES 47

typedef struct demo_page {
  spiqe_page page;
  uint64_t confusion[DEMO_MOST_CLASSES * DEMO_MOST_CLASSES];
  spiqe_curve_point points[DEMO_EPOCHS];
  float batch_loss[DEMO_BATCHES];
  const char *layer_names[2];
  double firing_rates[2];
  uint8_t hidden[2][DEMO_STEPS * DEMO_HIDDEN], output[2][DEMO_STEPS * 10];
  spiqe_raster rasters[4];
  float weight_values[DEMO_WEIGHTS][DEMO_PIXELS], image_values[DEMO_CONFUSED][DEMO_PIXELS];
  char captions[DEMO_WEIGHTS + DEMO_CONFUSED][48];
  spiqe_picture weights[DEMO_WEIGHTS], confused[DEMO_CONFUSED];
  float state[2][DEMO_STEPS], memory[2][DEMO_STEPS * 3 * 3];
  uint8_t state_spikes[2][DEMO_STEPS];
  spiqe_trace traces[4];
  spiqe_activity_count work;
  uint32_t random;
} demo_page;

/* 0 to 1; xorshift32 (Marsaglia 2003), so that the page is the same everywhere. */
static double demo_random(demo_page *demo) {
  demo->random ^= demo->random << 13;
  demo->random ^= demo->random >> 17;
  demo->random ^= demo->random << 5;
  return (demo->random >> 8) / 16777216.0;
}

static void demo_fill_curves(demo_page *demo) {
  for (size_t i = 0; i < DEMO_BATCHES; i++) {
    double loss = 0.05 + 2.2 * exp(-(double)i / 90) + 0.35 * exp(-(double)i / 900);
    demo->batch_loss[i] = (float)(loss * exp(0.6 * (demo_random(demo) - 0.5)));
  }
  for (size_t i = 0; i < DEMO_EPOCHS; i++) {
    double x = (double)i + 1, train = 0.9905 - 0.06 * exp(-x / 2.5);
    demo->points[i] =
        (spiqe_curve_point){.epoch = x,
                            .train_loss = 0.05 + 0.5 * exp(-x / 2),
                            .train_accuracy = train,
                            .validation_loss = 0.085 + 0.35 * exp(-x / 1.6),
                            .validation_accuracy = train - 0.008,
                            .rate = 0.0005 * (1 + cos(3.14159265 * (x - 1) / DEMO_EPOCHS)),
                            .seconds = 6.4 * x};
  }
}

static void demo_fill_confusion(demo_page *demo, size_t n_classes) {
  demo->page.n_classes = n_classes;
  demo->page.confusion = demo->confusion;
  for (size_t row = 0; row < n_classes; row++)
    for (size_t column = 0; column < n_classes; column++) {
      double errors = 9 * pow(demo_random(demo), 4);
      size_t at = row * n_classes + column;
      demo->confusion[at] = (uint64_t)(row == column ? 960 + 40 * demo_random(demo) : errors);
    }
}

static void demo_fill_spikes(demo_page *demo) {
  for (size_t k = 0; k < 2; k++) {
    size_t label = k ? 9 : 4;
    for (size_t i = 0; i < DEMO_STEPS * DEMO_HIDDEN; i++) {
      double rate = (i % DEMO_HIDDEN) % 7 == 0 ? 0.22 : 0.015;
      demo->hidden[k][i] = i >= DEMO_HIDDEN && demo_random(demo) < rate;
    }
    for (size_t i = 0; i < DEMO_STEPS * 10; i++)
      demo->output[k][i] = demo_random(demo) < (i % 10 == label ? 0.7 : 0.05);
    demo->rasters[2 * k] =
        (spiqe_raster){"1 qlif", 115 + k, label, DEMO_STEPS, DEMO_HIDDEN, demo->hidden[k]};
    demo->rasters[2 * k + 1] =
        (spiqe_raster){"2 qlif", 115 + k, label, DEMO_STEPS, 10, demo->output[k]};
  }
}

static void demo_fill_traces(demo_page *demo) {
  for (size_t k = 0; k < 2; k++) {
    double state = 0, threshold = 0.5;
    for (size_t t = 0; t < DEMO_STEPS; t++) {
      state = 0.88 * state + 0.17 * demo_random(demo);
      demo->state[k][t] = (float)state;
      demo->state_spikes[k][t] = state > threshold;
      if (state > threshold) state = 0;
    }
    demo->traces[k] = (spiqe_trace){.title = k ? "layer 2, neuron 4" : "layer 1, neuron 17",
                                    .quantity = "population P(|1\u27e9)",
                                    .n_steps = DEMO_STEPS,
                                    .values = demo->state[k],
                                    .spikes = demo->state_spikes[k],
                                    .threshold = threshold};
  }
}

/* Neurons with one and with three memory qubits, whose states turn at different speeds. */
static void demo_fill_memories(demo_page *demo) {
  for (size_t k = 0; k < 2; k++) {
    size_t n_memory = k ? 3 : 1;
    for (size_t t = 0; t < DEMO_STEPS; t++)
      for (size_t q = 0; q < n_memory; q++) {
        float *bloch = demo->memory[k] + (t * n_memory + q) * 3;
        double angle = 0.3 * (double)(t * (q + 1)), length = 1 - 0.3 * (double)(k * t) / DEMO_STEPS;
        bloch[0] = (float)(0.2 * length * sin(angle) * (double)k);
        bloch[1] = (float)(-0.97 * length * sin(angle));
        bloch[2] = (float)(length * cos(angle));
      }
    demo->traces[2 + k] = demo->traces[k];
    demo->traces[2 + k].title = k ? "layer 2, three memory qubits" : "layer 1, one memory qubit";
    demo->traces[2 + k].n_memory = n_memory;
    demo->traces[2 + k].memory = demo->memory[k];
  }
}

static void demo_fill_pictures(demo_page *demo) {
  for (size_t k = 0; k < DEMO_WEIGHTS; k++) {
    double fx = 0.1 + 0.5 * demo_random(demo), fy = 0.1 + 0.5 * demo_random(demo);
    for (size_t i = 0; i < DEMO_PIXELS; i++) {
      double x = (double)(i % 28) - 13.5, y = (double)(i / 28) - 13.5;
      double bell = exp(-(x * x + y * y) / 80), noise = 0.1 * (demo_random(demo) - 0.5);
      demo->weight_values[k][i] = (float)(0.3 * bell * cos(fx * x + fy * y) + 0.3 * noise);
    }
    snprintf(demo->captions[k], 48, "neuron %zu", 61 * k);
    demo->weights[k] = (spiqe_picture){demo->captions[k], 28, 28, demo->weight_values[k], 1};
  }
  for (size_t k = 0; k < DEMO_CONFUSED; k++) {
    double radius = 5 + 4 * demo_random(demo), tilt = demo_random(demo);
    for (size_t i = 0; i < DEMO_PIXELS; i++) {
      double x = (double)(i % 28) - 13.5, y = (double)(i / 28) - 13.5;
      double off = sqrt(x * x * (1 + tilt) + y * y) - radius;
      demo->image_values[k][i] = (float)exp(-off * off / 2);
    }
    char *caption = demo->captions[DEMO_WEIGHTS + k];
    snprintf(caption, 48, "%zu taken for %zu (%zu\u00a0%%)", k % 10, (k + 5) % 10, 99 - k);
    demo->confused[k] = (spiqe_picture){caption, 28, 28, demo->image_values[k], 0};
  }
}

static void demo_fill_facts(spiqe_page *page) {
  static const spiqe_fact configuration[] = {{"encoding", "direct, 25 steps"},
                                             {"loss", "cross-entropy of summed membranes"},
                                             {"optimiser", "Adam, rate 0.001, cosine"},
                                             {"batch", "200"},
                                             {"parameters", "1,591,020"},
                                             {"training samples", "60,000"},
                                             {"spikes per sample", "1,204.3"}};
  static const spiqe_fact machine[] = {{"processor", "x86-64 with AVX-512, 2 threads"},
                                       {"device", "avx512"},
                                       {"spiqe", "0.1.0"},
                                       {"oneDNN", "3.1.1"},
                                       {"seed", "1"},
                                       {"peak memory", "412 MB"}};
  page->configuration = configuration;
  page->n_configuration = sizeof configuration / sizeof *configuration;
  page->machine = machine;
  page->n_machine = sizeof machine / sizeof *machine;
  page->recipe =
      "name: qsnn\ninput: [28, 28]\nencode: {kind: direct, steps: 25}\nstages:\n"
      "  - dense: {units: 1000, planes: 2}\n  - qlif: {leak: physical, mode: exact}\n"
      "  - dense: {units: 10, planes: 2}\n  - qlif: {leak: physical, mode: exact}\n"
      "loss: {kind: cross-entropy, of: membrane-sum}\n"
      "train: {optimiser: adam, rate: 0.001, schedule: cosine, batch: 200}\n";
  page->command = "spiqe train qsnn --data mnist --epochs 10 --seed 1 --threads 2";
}

/* Counts as of 784-1000-10, two planes, 25 steps; a number of each kind in each stage, so that all
 * technologies have their figures. */
static void demo_fill_work(demo_page *demo) {
  static const char *const names[] = {"input", "0 dense", "1 qlif", "2 dense", "3 qlif"};
  spiqe_activity_count *work = &demo->work;
  work->n_samples = 1000;
  work->n_stages = 5;
  for (size_t i = 0; i < 5; i++) {
    snprintf(work->names[i], sizeof work->names[i], "%s", names[i]);
    for (size_t k = 0; k < SPIQE_N_WORK_KINDS; k++)
      work->stages[i].counts[k] = floor(2e6 * pow(demo_random(demo), 6)) + 0.5;
    spiqe_work_add(&work->total, &work->stages[i], 1);
  }
}

static void demo_fill_sweeps(spiqe_page *page) {
  static const spiqe_sweep_row rows[] = {
      {"gate", NAN, "d", 0, SPIQE_QLIF_MEMORY_ESTIMATE, 500, 0.982},
      {"gate", 0.01, "d", 0, SPIQE_QLIF_MEMORY_ESTIMATE, 500, 0.98},
      {"gate", 0.1, "d", 0, SPIQE_QLIF_MEMORY_ESTIMATE, 500, 0.83},
      {"readout", NAN, "d", 0, SPIQE_QLIF_MEMORY_ESTIMATE, 500, 0.982},
      {"readout", 0.02, "d", 0, SPIQE_QLIF_MEMORY_ESTIMATE, 500, 0.97},
      {"readout", 0.2, "d", 0, SPIQE_QLIF_MEMORY_ESTIMATE, 500, 0.64}};
  page->sweeps = rows;
  page->n_sweeps = sizeof rows / sizeof *rows;
}

/* A page as training of n_classes would give it; n_classes <= DEMO_MOST_CLASSES. Freed by free. */
static demo_page *demo_page_create(size_t n_classes) {
  demo_page *demo = calloc(1, sizeof *demo);
  if (!demo) abort();
  demo->random = 2463534242u;
  demo_fill_curves(demo);
  demo_fill_confusion(demo, n_classes);
  demo_fill_spikes(demo);
  demo_fill_traces(demo);
  demo_fill_memories(demo);
  demo_fill_pictures(demo);
  demo_fill_facts(&demo->page);
  demo_fill_work(demo);
  demo_fill_sweeps(&demo->page);
  demo->layer_names[0] = "1 qlif, 1000 neurons";
  demo->layer_names[1] = "2 qlif, 10 neurons";
  demo->firing_rates[0] = 0.0447;
  demo->firing_rates[1] = 0.118;
  spiqe_page *page = &demo->page;
  page->title = "QSNN on MNIST";
  page->model = "qsnn";
  page->data = "mnist";
  page->test_accuracy = 0.9823;
  page->macro_precision = 0.9823;
  page->macro_recall = 0.9820;
  page->macro_f1 = 0.9821;
  page->roc_auc = 0.9991;
  page->n_points = DEMO_EPOCHS;
  page->points = demo->points;
  page->n_batches = DEMO_BATCHES;
  page->batch_loss = demo->batch_loss;
  page->loss_name = "cross-entropy (nats)";
  page->n_layers = 2;
  page->layer_names = demo->layer_names;
  page->firing_rates = demo->firing_rates;
  page->rasters = demo->rasters;
  page->n_rasters = 4;
  page->weights = demo->weights;
  page->n_weights = DEMO_WEIGHTS;
  page->confused = demo->confused;
  page->n_confused = DEMO_CONFUSED;
  page->work = &demo->work;
  page->traces = demo->traces;
  page->n_traces = 4;
  return demo;
}

#endif
