/* No race: the sanitizer is silent when it knows that the region's end joins. */
#include <stdlib.h>

int main(void) {
  enum { N = 1000 };
  int *runs = calloc(N, sizeof *runs), sum = 0;
  if (!runs) return 2;
#pragma omp parallel for schedule(dynamic, 1) num_threads(4)
  for (int i = 0; i < N; i++) runs[i]++;
  for (int i = 0; i < N; i++) sum += runs[i];
  free(runs);
  return sum != N;
}
