package dev.sluice.cli.tc;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.ClassEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** {@code tc -graph class show}: the classes of a device drawn as a tree. */
final class ClassTree implements Consumer<ClassEntry> {
  private static final String BRANCH = "|    ";
  private static final String GAP = "     ";

  private final Sheet sheet;
  private final List<ClassEntry> roots = new ArrayList<>();
  private final Map<Integer, List<ClassEntry>> children = new HashMap<>();

  ClassTree(Sheet sheet) {
    this.sheet = sheet;
  }

  @Override
  public void accept(ClassEntry entry) {
    if (entry.parent().value() == Handle.ROOT.value()) {
      roots.add(entry);
    } else {
      children.computeIfAbsent(entry.parent().value(), _ -> new ArrayList<>()).add(entry);
    }
  }

  void print() {
    Collections.reverse(roots); // tc draws the last listed first
    print(roots, "");
  }

  private void print(List<ClassEntry> siblings, String indent) {
    for (int i = 0; i < siblings.size(); i++) {
      ClassEntry entry = siblings.get(i);
      boolean last = i == siblings.size() - 1;
      List<ClassEntry> below = children.getOrDefault(entry.id().value(), List.of());
      String name = entry.id().toString();
      String kind = entry.trafficClass().kind();
      sheet.text(indent + "+---(" + name + ") " + kind + " ");
      ClassSheet.printOptions(entry.trafficClass(), sheet);
      String onward = indent + (last ? GAP : BRANCH);
      if (sheet.options().statistics) {
        String stem = onward + (below.isEmpty() ? " " : "|");
        String lead = stem + " ".repeat(Math.max(0, kind.length() - 2 + name.length()));
        sheet.text("\n");
        StatisticsSheet.print(entry.statistics(), lead, sheet);
        if (!last || !below.isEmpty()) {
          sheet.text("\n" + stem);
        }
      }
      sheet.text("\n");
      print(below, onward);
      if (last) {
        sheet.text((below.isEmpty() ? indent : onward) + "\n");
      }
      sheet.flushIfLong();
    }
  }
}
