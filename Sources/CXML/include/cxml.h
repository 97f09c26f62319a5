#pragma once
// XML, read event by event with the text reader of libxml2.
//
// The library is loaded when a document is read, not when a program starts: most runs read none. Its functions,
// unchanged since libxml2 2.6, are declared in reader.c, so the build does not need its headers.

#include <stddef.h>

#pragma clang assume_nonnull begin

/// A document being read.
struct cxml_reader;

/// The events of the reader.
enum cxml_event {
  CXML_END = 0,
  /// An element begins; its name and attributes are available. An empty element has no end event.
  CXML_ELEMENT = 1,
  CXML_EMPTY_ELEMENT = 2,
  CXML_ELEMENT_END = 3,
  CXML_TEXT = 4,
};

/// Begins to read `count` bytes of UTF-8, which must outlive the reader. Never reads anything else. Returns 0, -ELIBACC
/// if this host has no libxml2, or -ENOMEM.
int cxml_open(struct cxml_reader *_Nullable *_Nonnull reader, const char *bytes, size_t count);

void cxml_close(struct cxml_reader *reader);

/// Advances to the next event; -EINVAL if the document is not well-formed, or nested deeper than 256 elements.
int cxml_next(struct cxml_reader *reader);

/// Returns the name of the element without its prefix.
const char *cxml_name(struct cxml_reader *reader);

/// Returns the namespace of the element; NULL if it has none.
const char *_Nullable cxml_namespace(struct cxml_reader *reader);

/// Returns the text of a text event, or the value of the current attribute.
const char *cxml_value(struct cxml_reader *reader);

/// Advances to the next attribute of the element, whose name and value are then available; 0 after the last.
int cxml_next_attribute(struct cxml_reader *reader);

/// Returns libxml2's message about the error in the document, and its line.
const char *cxml_error(const struct cxml_reader *reader, int *line);

#pragma clang assume_nonnull end
