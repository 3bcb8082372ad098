/* Fetch: one file from the first mirror that has it right. */
#ifndef SPIQE_DATA_FETCH_H
#define SPIQE_DATA_FETCH_H

#include "data/registry.h"

/* Bring file to folder (which is there), as spiqe_dataset_fetch says. mirrors: [n] base addresses,
 * tried in order; each is asked again, from where it stopped, as long as it gives more.
 * What stays behind on failure: nothing after a wrong checksum; NAME.part, to be resumed by the
 * next call, after a broken or interrupted transfer.
 * Fails: SPIQE_TRANSFER, SPIQE_CHECKSUM, SPIQE_FILE, SPIQE_INTERRUPTED; the message has the reason
 * of each mirror. */
spiqe_status spiqe_fetch_file(spiqe_context *ctx, const spiqe_set_file *file, const char *folder,
                              const char *const *mirrors, size_t n,
                              spiqe_transfer_progress *progress, void *user);

#endif
