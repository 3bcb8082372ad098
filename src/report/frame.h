/* What is around the content of every page: head with the style, links, sections, foot. */
#ifndef SPIQE_REPORT_FRAME_H
#define SPIQE_REPORT_FRAME_H

#include "core/text.h"

/* From <!DOCTYPE> to the open <header>, title in it; under: a line below, NULL or "" for none. */
void spiqe_frame_begin(spiqe_text *text, const char *title, const char *under);

/* A section's link in the list at the top, its title escaped here; the list, the header's end and
 * the start of <main>. */
typedef struct spiqe_frame_link {
  const char *id, *title;
  int is_shown;
} spiqe_frame_link;
void spiqe_frame_links(spiqe_text *text, const spiqe_frame_link *links, size_t n);

/* Open a section; title and note are markup. It is ended by "</section>". */
void spiqe_frame_section(spiqe_text *text, const char *id, const char *title, const char *note);
void spiqe_frame_end(spiqe_text *text);

#endif
