import ArgumentParser
package import Basics

/// Reads the value of an option that is a size, for `@Option(transform: size)`.
package func size(_ text: String) throws -> ByteCount {
  do { return try ByteCount(parsing: text) } catch { throw ValidationError(error.description) }
}
