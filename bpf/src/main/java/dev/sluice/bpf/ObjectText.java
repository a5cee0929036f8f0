package dev.sluice.bpf;

import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Programs and maps as a {@code .bpfasm} file. */
final class ObjectText {
  private final StringBuilder out = new StringBuilder();

  String text() {
    return out.toString();
  }

  ObjectText object(ObjectSpec object) {
    Set<String> licenses =
        object.programs().stream().map(ProgramSpec::license).collect(Collectors.toSet());
    if (licenses.size() > 1) {
      throw new IllegalArgumentException("one file can't give programs the licenses " + licenses);
    }
    for (String license : licenses) {
      license(license);
    }
    for (MapSpec map : object.maps()) {
      out.append(".map ").append(map.name()).append(' ');
      map(map);
      out.append('\n');
    }
    for (ProgramSpec program : object.programs()) {
      out.append('\n');
      body(program);
    }
    return this;
  }

  ObjectText program(ProgramSpec program) {
    license(program.license());
    body(program);
    return this;
  }

  private void license(String license) {
    out.append(".license \"")
        .append(license.replace("\\", "\\\\").replace("\"", "\\\""))
        .append("\"\n");
  }

  private void body(ProgramSpec program) {
    out.append(".program ").append(program.name()).append(' ').append(program.type().kernelName());
    if (program.expectedAttachType() != AttachType.UNSPECIFIED) {
      out.append(' ').append(program.expectedAttachType().kernelName());
    }
    out.append('\n').append(Disassembler.assembly(program.code()));
  }

  private void map(MapSpec map) {
    out.append(map.type().kernelName());
    type("key", map.keyType(), map.keySize());
    type("value", map.valueType(), map.valueSize());
    if (map.maxEntries() != 0) {
      out.append(" entries ").append(map.maxEntries());
    }
    for (MapFlag flag : map.flags()) {
      out.append(' ').append(flag.text());
    }
    if (map.pinning() == Pinning.BY_NAME) {
      out.append(" pin");
    }
    if (map.contents() != null) {
      out.append(" contents \"").append(map.contents()).append('"');
    }
    MapSpec inner = map.innerMap();
    if (inner != null) {
      out.append(" inner { ");
      map(inner);
      out.append(" }");
    }
  }

  private void type(String what, @Nullable TypeDescription description, int size) {
    String text =
        description == null
            ? Integer.toString(size)
            : TypeText.of(description).orElse(Integer.toString(size));
    out.append(' ').append(what).append(' ').append(text);
  }
}
