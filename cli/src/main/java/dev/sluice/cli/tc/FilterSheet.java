package dev.sluice.cli.tc;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.TrafficControl.FilterQuery;
import dev.sluice.datapath.tc.U32;
import org.jspecify.annotations.Nullable;

/** Prints filters, leaving out what was asked for and so is the same of all. */
final class FilterSheet {
  private final @Nullable FilterQuery query;
  private final Session session;
  private final Sheet sheet;

  FilterSheet(@Nullable FilterQuery query, Session session, Sheet sheet) {
    this.query = query;
    this.session = session;
    this.sheet = sheet;
  }

  void print(FilterEntry entry) {
    sheet.beginObject();
    sheet.text("filter ");
    printParent(entry.parent());
    if (entry.protocol() != 0 && (query == null || query.protocol() != entry.protocol())) {
      String name = Protocols.name(entry.protocol(), sheet.options().numeric);
      sheet.field("protocol", "protocol ", name, " ");
    }
    if (entry.priority() != 0 && (query == null || query.priority() != entry.priority())) {
      sheet.field("pref", "pref ", entry.priority(), " ");
    }
    sheet.field("kind", "", entry.kind(), " ");
    Integer chain = entry.chain();
    if (chain != null && (query == null || !chain.equals(query.chain()))) {
      sheet.field("chain", "chain ", chain & 0xffff_ffffL, " ");
    }
    Filter filter = entry.filter();
    if (filter != null) {
      sheet.beginObject("options");
      printOptions(filter, entry);
      sheet.endObject();
    }
    sheet.line();
    sheet.endObject();
  }

  private void printParent(Handle parent) {
    if (query != null
        && !query.parent().isUnspecified()
        && query.parent().value() == parent.value()) {
      return;
    }
    if (parent.value() == Handle.ROOT.value()) {
      sheet.truth("root", true, "root ");
    } else if (parent.value() == Handle.CLSACT_INGRESS.value()) {
      sheet.truth("ingress", true, "ingress ");
    } else if (parent.value() == Handle.CLSACT_EGRESS.value()) {
      sheet.truth("egress", true, "egress ");
    } else {
      sheet.field("parent", "parent ", parent.toString(), " ");
    }
  }

  private void printOptions(Filter filter, FilterEntry entry) {
    switch (filter) {
      case U32 u32 -> new U32Sheet(u32, entry, session, sheet).print();
      case BpfFilter bpf -> new BpfSheet(bpf, entry, session, sheet).print();
      case Filter.Unknown unknown -> {
        if (entry.handle() != 0) {
          sheet.field("fh", "fh ", Handles.hex8(entry.handle()), " ");
        }
        QdiscSheet.printRaw(unknown.options(), sheet);
      }
    }
  }

  /** Prints what is known of a filter and the device's hardware. */
  static void printFlags(int flags, Sheet sheet) {
    if ((flags & Filter.SKIP_HARDWARE) != 0) {
      sheet.truth("skip_hw", true, "skip_hw ");
    }
    if ((flags & Filter.SKIP_SOFTWARE) != 0) {
      sheet.truth("skip_sw", true, "skip_sw ");
    }
    if ((flags & Filter.IN_HARDWARE) != 0) {
      sheet.truth("in_hw", true, "in_hw ");
    } else if ((flags & Filter.NOT_IN_HARDWARE) != 0) {
      sheet.truth("not_in_hw", true, "not_in_hw ");
    }
  }
}
