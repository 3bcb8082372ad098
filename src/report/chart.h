/* The charts of the page, each an <svg> added to text. All pointers are borrowed; each leaves text
 * as it is when there is nothing to draw, and says so by returning 0. */
#ifndef SPIQE_REPORT_CHART_H
#define SPIQE_REPORT_CHART_H

#include "core/text.h"
#include "report/gather.h"
#include "spiqe/report.h"

/* Loss: every batch, thin; their moving mean; each epoch; validation. Logarithmic when the values
 * span a factor of 50 or more. */
int spiqe_chart_loss(spiqe_text *text, const spiqe_page *page);

/* Accuracy by epoch, and the test accuracy at the end. */
int spiqe_chart_accuracy(spiqe_text *text, const spiqe_page *page);

/* Learning rate by epoch. */
int spiqe_chart_rate(spiqe_text *text, const spiqe_page *page);

/* Confusion matrix: rows true, columns predicted; shade is the root of the share of the row, so
 * that rare errors show. Counts in the cells while they can be read, and in tooltips. */
int spiqe_chart_confusion(spiqe_text *text, const spiqe_page *page);

/* Table: class, samples, recall, precision, F1, what it is most often taken for. */
int spiqe_table_classes(spiqe_text *text, const spiqe_page *page);

/* Accuracy of a network run as circuits over the number of shots: add the rows of one seed of
 * n_seeds; a chart with a line for each noise, and what all lines share; the same numbers as a
 * table. */
void spiqe_shots_gather(spiqe_gathered *gathered, const spiqe_shots_row *rows, size_t n,
                        size_t seed, size_t n_seeds);
void spiqe_shots_add_chart(spiqe_text *text, const spiqe_gathered *gathered);
void spiqe_shots_add_table(spiqe_text *text, const spiqe_gathered *gathered);

/* Energy of a sample by technology, and of the arithmetic of each stage at 45 nm; operations and
 * energies of the stages as a table. */
int spiqe_chart_energy(spiqe_text *text, const spiqe_page *page);
int spiqe_chart_stage_energy(spiqe_text *text, const spiqe_page *page);
int spiqe_table_energy(spiqe_text *text, const spiqe_page *page);

/* Spikes: step to the right, neuron upward. Of large layers every k-th neuron is drawn. The row of
 * the true class is marked when the layer has a neuron for each of n_classes. */
int spiqe_chart_raster(spiqe_text *text, const spiqe_raster *raster, size_t n_classes);

/* Firing rate of each layer as bars. */
int spiqe_chart_firing(spiqe_text *text, const spiqe_page *page);

/* Population or membrane over the steps, threshold, spikes. */
int spiqe_chart_trace(spiqe_text *text, const spiqe_trace *trace);

/* Outcomes that a histogram shows, in its order: rows: [*n_rows], indices, owned by the caller
 * (free). Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_histogram_choose(spiqe_context *ctx, const spiqe_histogram *histogram,
                                    size_t **rows, size_t *n_rows);

/* What an outcome's bar stands for: its count, or its probability. */
double spiqe_histogram_value(const spiqe_histogram *histogram, size_t outcome);

/* The value as text: "503", "0.500000". Of all outcomes that are not among rows: */
void spiqe_histogram_add_value(spiqe_text *text, const spiqe_histogram *histogram, double value);
double spiqe_histogram_rest(const spiqe_histogram *histogram, const size_t *rows, size_t n_rows);

/* The bits of an outcome in at most `most` (5 or more) columns, the middle left out. Returns the
 * columns. */
size_t spiqe_histogram_add_bits(spiqe_text *text, const char *bits, size_t most);

/* The same for a neuron with a quantum memory: P, spikes, the memory's Bloch vectors over the steps
 * and in the y-z plane. Of more than three memory qubits the first three. */
int spiqe_chart_memory(spiqe_text *text, const spiqe_trace *trace);

/* Pictures as <figure>s with PNG in data addresses. Fails: as spiqe_png_encode. */
spiqe_status spiqe_pictures_add(spiqe_context *ctx, spiqe_text *text, const spiqe_picture *pictures,
                                size_t n);

#endif
