package dev.sluice.cli.output;

import java.io.PrintStream;
import java.util.function.Consumer;

/**
 * Where and how a command prints what it found.
 *
 * @param out standard output
 * @param format what {@code -o} chose
 * @param paint colours, or none
 */
public record Output(PrintStream out, OutputFormat format, Paint paint) {
  /**
   * Prints a value: as text for people, or whole as JSON or YAML.
   *
   * @param document records, lists and maps, whose names become the names in the document; an
   *     iterator in it is gone through as it is printed
   * @param text prints it for people
   */
  public void print(Object document, Consumer<Output> text) {
    switch (format) {
      case TABLE, WIDE -> text.accept(this);
      // Its own class, so that Jackson loads for those who ask for it only.
      case JSON -> Documents.json(document, out);
      case YAML -> Documents.yaml(document, out);
    }
  }

  /**
   * Prints one of many values as it happens: its text on a line, a JSON object on a line, or a YAML
   * document.
   */
  public void event(Object event) {
    switch (format) {
      case TABLE, WIDE -> out.println(event);
      case JSON -> Documents.line(event, out);
      case YAML -> Documents.separateYaml(event, out);
    }
    out.flush();
  }

  /** Whether more columns are asked for. */
  public boolean isWide() {
    return format == OutputFormat.WIDE;
  }

  /** Prints a line of text. */
  public void line(String text) {
    out.println(text);
  }
}
