package dev.sluice.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void alignsColumnsAndMarksEmptyCells() {
    Table table = new Table(">ID", "NAME", "PIN").row("7", "drop", "").row("12", "x", "/a");
    assertThat(print(table, Paint.NONE))
        .isEqualTo(
            """
              ID   NAME   PIN
               7   drop   -
              12   x      /a
            """);
  }

  @Test
  void paintsTheHeadingsOnly() {
    assertThat(print(new Table("A").row("b"), Paint.ANSI))
        .isEqualTo("  \u001b[2mA\u001b[0m\n  b\n");
  }

  @Test
  void refusesARowOfAnotherLength() {
    assertThatThrownBy(() -> new Table("A", "B").row("a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected 2 cells, found [a]");
  }

  private record Document(String name, @Nullable Integer link, List<Integer> ids) {}

  @Test
  void documentsLeaveOutWhatIsNull() {
    Document document = new Document("1:", null, List.of(1, 2));
    assertThat(print(Documents::json, document).replaceAll("\\s", ""))
        .isEqualTo("{\"name\":\"1:\",\"ids\":[1,2]}");
    assertThat(print(Documents::yaml, document)).isEqualTo("name: \"1:\"\nids:\n- 1\n- 2\n");
  }

  private static String print(BiConsumer<Object, PrintStream> printer, Object document) {
    var out = new ByteArrayOutputStream();
    printer.accept(document, new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String print(Table table, Paint paint) {
    var out = new ByteArrayOutputStream();
    table.print(new PrintStream(out, true, StandardCharsets.UTF_8), "  ", paint);
    return out.toString(StandardCharsets.UTF_8);
  }
}
