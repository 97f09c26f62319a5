#include "cxml.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// libxml/xmlreader.h. The structures are opaque.
struct text_reader;
typedef void error_function(void *context, const char *message, int severity, void *locator);

static struct {
  struct text_reader *(*xmlReaderForMemory)(const char *, int, const char *, const char *, int);
  void (*xmlFreeTextReader)(struct text_reader *);
  void (*xmlTextReaderSetErrorHandler)(struct text_reader *, error_function *, void *);
  int (*xmlTextReaderLocatorLineNumber)(void *);
  int (*xmlTextReaderRead)(struct text_reader *);
  int (*xmlTextReaderNodeType)(struct text_reader *);
  int (*xmlTextReaderIsEmptyElement)(struct text_reader *);
  int (*xmlTextReaderMoveToNextAttribute)(struct text_reader *);
  const unsigned char *(*xmlTextReaderConstLocalName)(struct text_reader *);
  const unsigned char *(*xmlTextReaderConstNamespaceUri)(struct text_reader *);
  const unsigned char *(*xmlTextReaderConstValue)(struct text_reader *);
} library;
static bool is_complete;

static void load(void) {
  // The second name is that of libxml2 2.14, which has the same text reader.
  void *handle = dlopen("libxml2.so.2", RTLD_NOW | RTLD_LOCAL);
  if (!handle) handle = dlopen("libxml2.so.16", RTLD_NOW | RTLD_LOCAL);
  if (!handle) return;
  is_complete = true;
#define FIND(name) library.name = dlsym(handle, #name); is_complete = is_complete && library.name;
  FIND(xmlReaderForMemory) FIND(xmlFreeTextReader) FIND(xmlTextReaderSetErrorHandler)
  FIND(xmlTextReaderLocatorLineNumber) FIND(xmlTextReaderRead) FIND(xmlTextReaderNodeType)
  FIND(xmlTextReaderIsEmptyElement) FIND(xmlTextReaderMoveToNextAttribute) FIND(xmlTextReaderConstLocalName)
  FIND(xmlTextReaderConstNamespaceUri) FIND(xmlTextReaderConstValue)
}

struct cxml_reader {
  struct text_reader *reader;
  int line;
  char message[200];
};

static void note_error(void *context, const char *message, int severity, void *locator) {
  struct cxml_reader *reader = context;
  // Warnings have odd numbers. The first error is the most informative.
  if (severity & 1 || reader->message[0]) return;
  size_t length = strcspn(message, "\n");
  if (length >= sizeof reader->message) length = sizeof reader->message - 1;
  memcpy(reader->message, message, length);
  reader->line = locator ? library.xmlTextReaderLocatorLineNumber(locator) : 0;
}

int cxml_open(struct cxml_reader **reader, const char *bytes, size_t count) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  if (!is_complete) return -ELIBACC;
  if (count > INT_MAX) return -ENOMEM;
  struct cxml_reader *new = calloc(1, sizeof *new);
  if (!new) return -ENOMEM;
  // XML_PARSE_NONET; entities defined in the document are never replaced.
  new->reader = library.xmlReaderForMemory(bytes, (int)count, NULL, "UTF-8", 1 << 11);
  if (!new->reader) {
    free(new);
    return -ENOMEM;
  }
  library.xmlTextReaderSetErrorHandler(new->reader, note_error, new);
  *reader = new;
  return 0;
}

void cxml_close(struct cxml_reader *reader) {
  library.xmlFreeTextReader(reader->reader);
  free(reader);
}

int cxml_next(struct cxml_reader *reader) {
  // XML_READER_TYPE_*, libxml/xmlreader.h.
  enum { ELEMENT = 1, TEXT = 3, CDATA = 4, SPACE = 14, ELEMENT_END = 15 };
  for (;;) {
    int answer = library.xmlTextReaderRead(reader->reader);
    if (answer < 0) return -EINVAL;
    if (answer == 0) return reader->message[0] ? -EINVAL : CXML_END;
    switch (library.xmlTextReaderNodeType(reader->reader)) {
      case ELEMENT:
        return library.xmlTextReaderIsEmptyElement(reader->reader) ? CXML_EMPTY_ELEMENT : CXML_ELEMENT;
      case TEXT: case CDATA: case SPACE: return CXML_TEXT;
      case ELEMENT_END: return CXML_ELEMENT_END;
    }
  }
}

static const char *text(const unsigned char *bytes) { return bytes ? (const char *)bytes : ""; }

const char *cxml_name(struct cxml_reader *reader) {
  return text(library.xmlTextReaderConstLocalName(reader->reader));
}

const char *cxml_namespace(struct cxml_reader *reader) {
  return (const char *)library.xmlTextReaderConstNamespaceUri(reader->reader);
}

const char *cxml_value(struct cxml_reader *reader) { return text(library.xmlTextReaderConstValue(reader->reader)); }

int cxml_next_attribute(struct cxml_reader *reader) {
  return library.xmlTextReaderMoveToNextAttribute(reader->reader) == 1;
}

const char *cxml_error(const struct cxml_reader *reader, int *line) {
  *line = reader->line;
  return reader->message[0] ? reader->message : "it is not well-formed";
}
