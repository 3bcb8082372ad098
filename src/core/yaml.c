/* YAML tree over the events of libyaml. The limits are checked as events arrive, so that a hostile
 * text is refused before a tree of its making exists. */
#include "core/yaml.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "core/fail.h"

typedef struct reader {
  spiqe_context *ctx;
  const char *name;     /* borrowed, for messages */
  const char *text;     /* borrowed */
  yaml_parser_t parser; /* owned */
  size_t n_nodes;
} reader;

static size_t line_of(const yaml_event_t *event) {
  return event->start_mark.line + 1;
}

/* The reader of libyaml counts bytes, its scanner and parser lines and columns from 0. */
static spiqe_status syntax_error(const reader *in) {
  const yaml_parser_t *p = &in->parser;
  const char *problem = p->problem ? p->problem : "not understood";
  if (p->error == YAML_MEMORY_ERROR)
    return spiqe_fail(in->ctx, SPIQE_NO_MEMORY, "%s: no memory to parse it", in->name);
  if (p->error == YAML_READER_ERROR) {
    size_t line = 1;
    for (size_t i = 0; i < p->problem_offset; i++) line += in->text[i] == '\n';
    return spiqe_fail(in->ctx, SPIQE_BAD_FORMAT, "%s:%zu: %s at byte %zu; UTF-8 text is expected",
                      in->name, line, problem, p->problem_offset);
  }
  const char *context = p->context ? p->context : "";
  return spiqe_fail(in->ctx, SPIQE_BAD_FORMAT, "%s:%zu: column %zu: %s%s%s", in->name,
                    p->problem_mark.line + 1, p->problem_mark.column + 1, problem,
                    *context ? ", " : "", context);
}

/* The next event; deleted by the caller when the call succeeds. */
static spiqe_status next_event(reader *in, yaml_event_t *event) {
  return yaml_parser_parse(&in->parser, event) ? SPIQE_OK : syntax_error(in);
}

static spiqe_status check_plain(const reader *in, const yaml_event_t *event,
                                const yaml_char_t *anchor, const yaml_char_t *tag) {
  SPIQE_REQUIRE(in->ctx, !anchor, SPIQE_BAD_FORMAT, "%s:%zu: an anchor (&%.40s), but none are read",
                in->name, line_of(event), (const char *)anchor);
  SPIQE_REQUIRE(in->ctx, !tag, SPIQE_BAD_FORMAT, "%s:%zu: a tag (%.40s), but none are read",
                in->name, line_of(event), (const char *)tag);
  return SPIQE_OK;
}

/* Only what the header lists may come where a node is expected. */
static spiqe_status check_node(const reader *in, const yaml_event_t *event) {
  switch (event->type) {
    case YAML_SCALAR_EVENT:
      return check_plain(in, event, event->data.scalar.anchor, event->data.scalar.tag);
    case YAML_SEQUENCE_START_EVENT:
      return check_plain(in, event, event->data.sequence_start.anchor,
                         event->data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
      return check_plain(in, event, event->data.mapping_start.anchor,
                         event->data.mapping_start.tag);
    case YAML_ALIAS_EVENT:
      return spiqe_fail(in->ctx, SPIQE_BAD_FORMAT, "%s:%zu: an alias (*%.40s), but none are read",
                        in->name, line_of(event), (const char *)event->data.alias.anchor);
    default:
      return spiqe_fail(in->ctx, SPIQE_BAD_FORMAT,
                        "%s:%zu: a value, a list or a mapping is expected here", in->name,
                        line_of(event));
  }
}

static spiqe_status copy_scalar(const reader *in, const yaml_event_t *event, char **out) {
  const char *value = (const char *)event->data.scalar.value;
  size_t n = event->data.scalar.length;
  SPIQE_REQUIRE(in->ctx, !memchr(value, 0, n), SPIQE_BAD_FORMAT,
                "%s:%zu: a zero character inside text", in->name, line_of(event));
  *out = malloc(n + 1);
  SPIQE_REQUIRE(in->ctx, *out, SPIQE_NO_MEMORY, "%s:%zu: no memory for %zu bytes of text", in->name,
                line_of(event), n);
  memcpy(*out, value, n + 1);
  return SPIQE_OK;
}

/* A new child, which takes the key (may be NULL). The array doubles at each power of two. */
static spiqe_status add_child(const reader *in, spiqe_yaml *parent, char **key, spiqe_yaml **out) {
  size_t n = parent->n_children;
  if ((n & (n - 1)) == 0) {
    spiqe_yaml *grown = realloc(parent->children, (n ? 2 * n : 1) * sizeof *grown);
    SPIQE_REQUIRE(in->ctx, grown, SPIQE_NO_MEMORY, "%s: no memory for %zu entries", in->name,
                  n + 1);
    parent->children = grown;
  }
  *out = &parent->children[n];
  **out = (spiqe_yaml){.key = *key};
  *key = NULL;
  parent->n_children = n + 1;
  return SPIQE_OK;
}

static spiqe_status read_key(const reader *in, const yaml_event_t *event, const spiqe_yaml *mapping,
                             char **key) {
  SPIQE_TRY(check_node(in, event));
  SPIQE_REQUIRE(in->ctx, event->type == YAML_SCALAR_EVENT, SPIQE_BAD_FORMAT,
                "%s:%zu: a list or mapping as a key, but a name is expected", in->name,
                line_of(event));
  SPIQE_TRY(copy_scalar(in, event, key));
  const spiqe_yaml *first = spiqe_yaml_get(mapping, *key);
  SPIQE_REQUIRE(in->ctx, !first, SPIQE_BAD_FORMAT,
                "%s:%zu: '%.40s' is given twice, first on line %zu", in->name, line_of(event), *key,
                first->line);
  return SPIQE_OK;
}

static spiqe_status read_node(reader *in, const yaml_event_t *event, size_t depth,
                              spiqe_yaml *node);

/* Key and value, after the event of the key (mapping) or of the value (sequence). */
static spiqe_status read_entry(reader *in, const yaml_event_t *event, size_t depth,
                               spiqe_yaml *parent) {
  char *key = NULL;
  spiqe_yaml *child;
  if (parent->kind == SPIQE_YAML_SEQUENCE) {
    SPIQE_TRY(add_child(in, parent, &key, &child));
    return read_node(in, event, depth, child);
  }
  yaml_event_t value = {0};
  spiqe_status status;
  size_t line = line_of(event);
  SPIQE_TRY_GOTO(read_key(in, event, parent, &key), done);
  SPIQE_TRY_GOTO(next_event(in, &value), done);
  SPIQE_TRY_GOTO(add_child(in, parent, &key, &child), done);
  SPIQE_TRY_GOTO(read_node(in, &value, depth, child), done);
  child->line = line; /* what a message about this entry should point at */
done:
  yaml_event_delete(&value);
  free(key);
  return status;
}

static spiqe_status read_children(reader *in, yaml_event_type_t end, size_t depth,
                                  spiqe_yaml *parent) {
  for (;;) {
    yaml_event_t event;
    SPIQE_TRY(next_event(in, &event));
    int more = event.type != end;
    spiqe_status status = more ? read_entry(in, &event, depth, parent) : SPIQE_OK;
    yaml_event_delete(&event);
    if (!more || status != SPIQE_OK) return status;
  }
}

static spiqe_status read_node(reader *in, const yaml_event_t *event, size_t depth,
                              spiqe_yaml *node) {
  node->line = line_of(event);
  SPIQE_TRY(check_node(in, event));
  SPIQE_REQUIRE(in->ctx, ++in->n_nodes <= SPIQE_YAML_MOST_NODES, SPIQE_LIMIT,
                "%s:%zu: more than %d values", in->name, node->line, SPIQE_YAML_MOST_NODES);
  if (event->type == YAML_SCALAR_EVENT) return copy_scalar(in, event, &node->text);
  SPIQE_REQUIRE(in->ctx, depth < SPIQE_YAML_MOST_DEPTH, SPIQE_LIMIT,
                "%s:%zu: nested deeper than %d levels", in->name, node->line,
                SPIQE_YAML_MOST_DEPTH);
  int is_list = event->type == YAML_SEQUENCE_START_EVENT;
  node->kind = is_list ? SPIQE_YAML_SEQUENCE : SPIQE_YAML_MAPPING;
  return read_children(in, is_list ? YAML_SEQUENCE_END_EVENT : YAML_MAPPING_END_EVENT, depth + 1,
                       node);
}

/* One event of a given type; expected says what it stands for. */
static spiqe_status expect(reader *in, yaml_event_type_t type, const char *expected) {
  yaml_event_t event;
  SPIQE_TRY(next_event(in, &event));
  int right = event.type == type;
  size_t line = line_of(&event);
  yaml_event_delete(&event);
  SPIQE_REQUIRE(in->ctx, right, SPIQE_BAD_FORMAT, "%s:%zu: %s", in->name, line, expected);
  return SPIQE_OK;
}

static spiqe_status read_document(reader *in, spiqe_yaml *root) {
  yaml_event_t event;
  SPIQE_TRY(expect(in, YAML_STREAM_START_EVENT, "the start of the text is expected"));
  SPIQE_TRY(expect(in, YAML_DOCUMENT_START_EVENT, "nothing here, but a document is expected"));
  SPIQE_TRY(next_event(in, &event));
  spiqe_status status = read_node(in, &event, 0, root);
  yaml_event_delete(&event);
  SPIQE_TRY(status);
  SPIQE_TRY(expect(in, YAML_DOCUMENT_END_EVENT, "the end of the document is expected"));
  return expect(in, YAML_STREAM_END_EVENT, "a second document, but one is expected");
}

spiqe_status spiqe_yaml_parse(spiqe_context *ctx, const char *name, const char *text, size_t size,
                              spiqe_yaml **out) {
  reader in = {.ctx = ctx, .name = name, .text = text};
  *out = NULL;
  SPIQE_REQUIRE(ctx, size <= SPIQE_YAML_MOST_BYTES, SPIQE_LIMIT,
                "%s: %zu bytes, but at most %zu are read", name, size, SPIQE_YAML_MOST_BYTES);
  spiqe_yaml *root = calloc(1, sizeof *root);
  if (!root || !yaml_parser_initialize(&in.parser)) {
    free(root);
    return spiqe_fail(ctx, SPIQE_NO_MEMORY, "%s: no memory to parse it", name);
  }
  yaml_parser_set_encoding(&in.parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&in.parser, (const unsigned char *)text, size);
  spiqe_status status = read_document(&in, root);
  yaml_parser_delete(&in.parser);
  if (status == SPIQE_OK)
    *out = root;
  else
    spiqe_yaml_destroy(root);
  return status;
}

static void destroy_inside(spiqe_yaml *node) {
  for (size_t i = 0; i < node->n_children; i++) destroy_inside(&node->children[i]);
  free(node->children);
  free(node->key);
  free(node->text);
}

void spiqe_yaml_destroy(spiqe_yaml *tree) {
  if (!tree) return;
  destroy_inside(tree);
  free(tree);
}

const spiqe_yaml *spiqe_yaml_get(const spiqe_yaml *mapping, const char *key) {
  for (size_t i = 0; mapping && i < mapping->n_children; i++) {
    const spiqe_yaml *child = &mapping->children[i];
    if (child->key && !strcmp(child->key, key)) return child;
  }
  return NULL;
}
