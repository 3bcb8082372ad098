/* The style sheet of the page. */
#ifndef SPIQE_REPORT_STYLE_H
#define SPIQE_REPORT_STYLE_H

/* CSS for light, dark and print, one block a line group; NULL past the last. Static. */
const char *spiqe_style_part(int index);

#endif
