/* Status codes: what every call that can fail returns.
 * The text that explains a failure, with the values that caused it, is on the context
 * (spiqe_context_message). */
#ifndef SPIQE_STATUS_H
#define SPIQE_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

/* X(name, text): one list makes the enum, the texts and the docs. */
#define SPIQE_STATUS_LIST(X)                                                                       \
  X(OK, "done")                                                                                    \
  X(BAD_ARGUMENT, "an argument is outside what the call accepts")                                  \
  X(BAD_SHAPE, "sizes that must agree do not")                                                     \
  X(BAD_INDEX, "an index is past the end")                                                         \
  X(BAD_FORMAT, "a file or text does not follow its format")                                       \
  X(BAD_NAME, "a name is not known")                                                               \
  X(NOT_FOUND, "a file or data set is not there")                                                  \
  X(FILE, "the operating system refused to read or write")                                         \
  X(LIMIT, "the input asks for more than the limit allows")                                        \
  X(NO_MEMORY, "memory ran out")                                                                   \
  X(CHECKSUM, "content does not match its checksum")                                               \
  X(TRANSFER, "a download failed")                                                                 \
  X(DIVERGED, "training gave a number that is not finite")                                         \
  X(INTERRUPTED, "the caller asked to stop")                                                       \
  X(UNSUPPORTED, "known, but not in this build or combination")

typedef enum spiqe_status {
#define SPIQE_STATUS_ENUM(name, text) SPIQE_##name,
  SPIQE_STATUS_LIST(SPIQE_STATUS_ENUM)
#undef SPIQE_STATUS_ENUM
      SPIQE_N_STATUS
} spiqe_status;

/* Name of a status ("SPIQE_BAD_SHAPE") and its one-line text; static strings, never NULL. */
const char *spiqe_status_name(spiqe_status status);
const char *spiqe_status_text(spiqe_status status);

#ifdef __cplusplus
}
#endif
#endif
