package dev.sluice.cli.output;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.PrintStream;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** Values as JSON and YAML. What is null is left out. */
final class Documents {
  private Documents() {}

  static void json(Object document, PrintStream out) {
    write(build(JsonMapper.builder()), document, out);
    out.println();
  }

  /** On one line. */
  static void line(Object document, PrintStream out) {
    ObjectMapper mapper = build(JsonMapper.builder());
    mapper
        .writer()
        .without(SerializationFeature.INDENT_OUTPUT)
        .without(StreamWriteFeature.AUTO_CLOSE_TARGET)
        .writeValue(out, document);
    out.println();
  }

  /** As one of several documents. */
  static void separateYaml(Object document, PrintStream out) {
    out.println("---");
    yaml(document, out);
  }

  static void yaml(Object document, PrintStream out) {
    // Strings stay quoted: a handle such as 1: would read as a key.
    write(
        build(YAMLMapper.builder().disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)),
        document,
        out);
  }

  /** Writes as it goes, so that what is long is never whole in memory. */
  private static void write(ObjectMapper mapper, Object document, PrintStream out) {
    mapper.writer().without(StreamWriteFeature.AUTO_CLOSE_TARGET).writeValue(out, document);
  }

  private static <M extends ObjectMapper, B extends MapperBuilder<M, B>> M build(B builder) {
    return builder
        .enable(SerializationFeature.INDENT_OUTPUT)
        // What fails while it is gone through fails as it would without a document.
        .disable(SerializationFeature.WRAP_EXCEPTIONS)
        .changeDefaultPropertyInclusion(
            include -> include.withValueInclusion(JsonInclude.Include.NON_NULL))
        .build();
  }
}
