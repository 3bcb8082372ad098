/* The data sets by name. Sizes and SHA-256 are those of the published files. */
#include "data/registry.h"

#include <string.h>

#include "core/fail.h"
#include "core/text.h"

/* d silent steps between the first step, a symbol of 4, and the last, the cue. */
#define RECALL(d)                                                                                  \
  {                                                                                                \
      .name = "recall-" #d,                                                                        \
      .summary = "which of 4 symbols was shown " #d " silent steps ago; built in",                 \
      .read = spiqe_set_read_recall,                                                               \
      .n_samples = {4000, 1000},                                                                   \
      .n_dimensions = 2,                                                                           \
      .shape = {d + 2, 40},                                                                        \
      .n_classes = 4,                                                                              \
  }

static const spiqe_set sets[] = {
    {
        .name = "digits",
        .summary = "handwriting-like digits drawn from strokes; built in, no file needed",
        .read = spiqe_set_read_digits,
        .n_samples = {10000, 2000},
        .n_dimensions = 2,
        .shape = {28, 28},
        .n_classes = 10,
    },
    {
        .name = "mnist",
        .summary = "handwritten digits (LeCun, Cortes, Burges)",
        .read = spiqe_set_read_images,
        .n_samples = {60000, 10000},
        .n_dimensions = 2,
        .shape = {28, 28},
        .n_classes = 10,
        .mirrors = {"https://ossci-datasets.s3.amazonaws.com/mnist/",
                    "https://storage.googleapis.com/cvdf-datasets/mnist/",
                    "http://yann.lecun.com/exdb/mnist/"},
        .files = {{"train-images-idx3-ubyte.gz", 9912422,
                   "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"},
                  {"train-labels-idx1-ubyte.gz", 28881,
                   "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"},
                  {"t10k-images-idx3-ubyte.gz", 1648877,
                   "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"},
                  {"t10k-labels-idx1-ubyte.gz", 4542,
                   "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"}},
    },
    {
        .name = "fashion-mnist",
        .summary = "pictures of clothes (Zalando Research; MIT licence)",
        .read = spiqe_set_read_images,
        .n_samples = {60000, 10000},
        .n_dimensions = 2,
        .shape = {28, 28},
        .n_classes = 10,
        .mirrors = {"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
                    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/"},
        .files = {{"train-images-idx3-ubyte.gz", 26421880,
                   "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"},
                  {"train-labels-idx1-ubyte.gz", 29515,
                   "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"},
                  {"t10k-images-idx3-ubyte.gz", 4422102,
                   "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"},
                  {"t10k-labels-idx1-ubyte.gz", 5148,
                   "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"}},
    },
    {
        .name = "kmnist",
        .summary = "Kuzushiji-MNIST, cursive Japanese letters (ROIS-CODH; CC BY-SA 4.0)",
        .read = spiqe_set_read_images,
        .n_samples = {60000, 10000},
        .n_dimensions = 2,
        .shape = {28, 28},
        .n_classes = 10,
        .mirrors = {"https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
                    "http://codh.rois.ac.jp/kmnist/dataset/kmnist/"},
        .files = {{"train-images-idx3-ubyte.gz", 18165135,
                   "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"},
                  {"train-labels-idx1-ubyte.gz", 29497,
                   "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"},
                  {"t10k-images-idx3-ubyte.gz", 3041136,
                   "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"},
                  {"t10k-labels-idx1-ubyte.gz", 5120,
                   "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"}},
    },
    {
        .name = "kmnist-6k",
        .summary = "the first 6,284 training pictures of kmnist and all 10,000 test pictures",
        .read = spiqe_set_read_images,
        .n_samples = {6284, 10000},
        .n_dimensions = 2,
        .shape = {28, 28},
        .n_classes = 10,
        .files = {{"train-images-idx3-ubyte.gz", 1900497,
                   "8d91e3ef003ab79f5f04607f787cde62c7bcbde8fde6120876140a27fb5fffd8"},
                  {"train-labels-idx1-ubyte.gz", 3223,
                   "abe6aac7ef464e5651f4c3aeed7dfbf23a8eff47c57aca4c2868f95dd7f667e0"},
                  {"t10k-images-idx3-ubyte.gz", 3041136,
                   "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"},
                  {"t10k-labels-idx1-ubyte.gz", 5120,
                   "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"}},
    },
    {
        .name = "usps",
        .summary = "handwritten digits of post codes, 16 x 16 (Hastie, Tibshirani, Friedman)",
        .read = spiqe_set_read_table,
        .n_samples = {7291, 2007},
        .n_dimensions = 2,
        .shape = {16, 16},
        .n_classes = 10,
        .files = {{"usps.h5", 2913522,
                   "734f88c541104a956d88be2c95d03b4a463ffd74ccc2ba9c80841fb98e3fcb36"}},
    },
    {
        .name = "nmnist-small",
        .summary = "N-MNIST, 1,000 and 100 recordings of digits on a screen (Orchard et al.; CC "
                   "BY-SA 4.0)",
        .read = spiqe_set_read_recordings,
        .n_samples = {1000, 100},
        .n_dimensions = 3,
        .shape = {2, 34, 34},
        .n_classes = 10,
        .suffix = ".bs2",
        .files = {{.name = "train1K.txt"}, {.name = "test100.txt"}},
    },
    {
        .name = "braille",
        .summary = "27 Braille letters by touch, 12 taxels (Mueller-Cleve et al.); repetitions 0 "
                   "to 159 train, 160 to 199 test",
        .read = spiqe_set_read_braille,
        .n_samples = {4320, 1080},
        .n_dimensions = 3,
        .shape = {2, 1, 12},
        .n_classes = 27,
        .files = {{"th10_events.csv.gz", 1063939,
                   "5697c48af7e92fdf6a4368afafa3f6004e382a88de206415682d8194e3cd5233"},
                  {"th10_labels.csv", 70351,
                   "5a06d57de61b3e720fba1a631614a500e463ae4d54e0c9ae2b4e1aba43ae240f"}},
    },
    {
        .name = "shd",
        .summary = "Spiking Heidelberg Digits, spoken, 700 channels (Cramer et al.; CC BY 4.0)",
        .read = spiqe_set_read_spikes,
        .n_samples = {8156, 2264},
        .n_dimensions = 3,
        .shape = {1, 1, 700},
        .n_classes = 20,
        .home = "https://zenkelab.org/datasets/",
        .files = {{.name = "shd_train.h5.gz"}, {.name = "shd_test.h5.gz"}},
    },
    {
        .name = "ssc",
        .summary = "Spiking Speech Commands, 700 channels (Cramer et al.; CC BY 4.0)",
        .read = spiqe_set_read_spikes,
        .n_samples = {75466, 20382},
        .n_dimensions = 3,
        .shape = {1, 1, 700},
        .n_classes = 35,
        .home = "https://zenkelab.org/datasets/",
        .files = {{.name = "ssc_train.h5.gz"}, {.name = "ssc_test.h5.gz"}},
    },
    RECALL(1),
    RECALL(2),
    RECALL(3),
    RECALL(4),
    RECALL(5),
    RECALL(6),
    RECALL(7),
    RECALL(8),
};

#define N_SETS (sizeof sets / sizeof *sets)

size_t spiqe_set_n_files(const spiqe_set *set) {
  size_t n = 0;
  while (n < SPIQE_MOST_FILES && set->files[n].name) n++;
  return n;
}

const spiqe_set *spiqe_set_at(size_t index) {
  return index < N_SETS ? &sets[index] : NULL;
}

spiqe_status spiqe_set_find(spiqe_context *ctx, const char *name, const spiqe_set **out) {
  const char *names[N_SETS];
  char hint[96];
  *out = NULL;
  for (size_t i = 0; i < N_SETS; i++) {
    names[i] = sets[i].name;
    if (strcmp(name, names[i]) == 0) {
      *out = &sets[i];
      return SPIQE_OK;
    }
  }
  return spiqe_fail(ctx, SPIQE_BAD_NAME, "no data set is called '%.60s'%s", name,
                    spiqe_text_suggest(name, names, N_SETS, hint, sizeof hint));
}

const char *spiqe_dataset_name(size_t index) {
  return index < N_SETS ? sets[index].name : NULL;
}

const char *spiqe_dataset_summary(size_t index) {
  return index < N_SETS ? sets[index].summary : NULL;
}
