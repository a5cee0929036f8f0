package dev.sluice.cli.output;

import com.fasterxml.jackson.annotation.JsonInclude;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** Values as JSON and YAML. What is null is left out. */
final class Documents {
  private Documents() {}

  static String json(Object document) {
    return build(JsonMapper.builder()).writeValueAsString(document);
  }

  static String yaml(Object document) {
    // Strings stay quoted: a handle such as 1: would read as a key.
    return build(YAMLMapper.builder().disable(YAMLWriteFeature.WRITE_DOC_START_MARKER))
        .writeValueAsString(document);
  }

  private static <M extends ObjectMapper, B extends MapperBuilder<M, B>> M build(B builder) {
    return builder
        .enable(SerializationFeature.INDENT_OUTPUT)
        .changeDefaultPropertyInclusion(
            include -> include.withValueInclusion(JsonInclude.Include.NON_NULL))
        .build();
  }
}
