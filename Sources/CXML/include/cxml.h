#pragma once
// XML, piece by piece, by the text reader of libxml2.
//
// The library is loaded when a document is read, not when a program starts: most runs read none. Its functions are
// declared in reader.c as they have been since libxml2 2.6; so nothing is needed to build.

#include <stddef.h>

#pragma clang assume_nonnull begin

/// A document that is being read.
struct cxml_reader;

/// What the reader came to.
enum cxml_event {
  CXML_END = 0,
  /// An element begins: its name and attributes can be had. One without contents ends at once.
  CXML_ELEMENT = 1,
  CXML_EMPTY_ELEMENT = 2,
  CXML_ELEMENT_END = 3,
  CXML_TEXT = 4,
};

/// Begins to read `count` bytes of UTF-8, which must outlive the reader. Nothing outside of them is ever read.
/// Returns 0, -ELIBACC where this host has no libxml2, or -ENOMEM.
int cxml_open(struct cxml_reader *_Nullable *_Nonnull reader, const char *bytes, size_t count);

void cxml_close(struct cxml_reader *reader);

/// Goes on to the next event; -EINVAL where the document is not well-formed, or nested deeper than 256 elements.
int cxml_next(struct cxml_reader *reader);

/// The name of the element without its prefix.
const char *cxml_name(struct cxml_reader *reader);

/// The namespace of the element; NULL where it has none.
const char *_Nullable cxml_namespace(struct cxml_reader *reader);

/// The text of a text event, or the value of the attribute that was gone on to.
const char *cxml_value(struct cxml_reader *reader);

/// Goes on to the next attribute of the element, whose name and value can be had then; 0 after the last.
int cxml_next_attribute(struct cxml_reader *reader);

/// What is wrong with the document, in libxml2's words, and in which line.
const char *cxml_error(const struct cxml_reader *reader, int *line);

#pragma clang assume_nonnull end
