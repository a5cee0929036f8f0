package dev.sluice.compiler.ir;

/**
 * A place in the source.
 *
 * @param file the file's name
 * @param line from 1; 0 if unknown
 * @param method the method, {@code Class.method}
 */
public record Position(String file, int line, String method) {
  @Override
  public String toString() {
    return file + ":" + line;
  }
}
