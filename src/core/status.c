/* Names and texts of the status codes, from the one list in spiqe/status.h. */
#include "spiqe/status.h"

static const char *const names[] = {
#define STATUS_NAME(name, text) "SPIQE_" #name,
    SPIQE_STATUS_LIST(STATUS_NAME)
#undef STATUS_NAME
};

static const char *const texts[] = {
#define STATUS_TEXT(name, text) text,
    SPIQE_STATUS_LIST(STATUS_TEXT)
#undef STATUS_TEXT
};

const char *spiqe_status_name(spiqe_status status) {
  return (unsigned)status < SPIQE_N_STATUS ? names[status] : "SPIQE_UNKNOWN";
}

const char *spiqe_status_text(spiqe_status status) {
  return (unsigned)status < SPIQE_N_STATUS ? texts[status] : "not a status of this library";
}
