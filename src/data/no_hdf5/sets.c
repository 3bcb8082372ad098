/* In place of src/data/hdf5 where the library HDF5 was not there. */
#include "core/fail.h"
#include "data/registry.h"

static spiqe_status absent(spiqe_context *ctx, const spiqe_set *set) {
  return spiqe_fail(ctx, SPIQE_UNSUPPORTED,
                    "%s: its files are HDF5, and this spiqe was built without the library HDF5",
                    set->name);
}

spiqe_status spiqe_set_read_spikes(spiqe_context *ctx, const spiqe_set *set, const char *folder,
                                   spiqe_split split, spiqe_samples *out) {
  (void)folder, (void)split, (void)out;
  return absent(ctx, set);
}

spiqe_status spiqe_set_read_table(spiqe_context *ctx, const spiqe_set *set, const char *folder,
                                  spiqe_split split, spiqe_samples *out) {
  (void)folder, (void)split, (void)out;
  return absent(ctx, set);
}
