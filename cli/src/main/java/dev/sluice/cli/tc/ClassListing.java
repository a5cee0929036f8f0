package dev.sluice.cli.tc;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.ClassEntry;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code tc class show}.
 *
 * @param device the device; with null nothing is shown, as in tc
 * @param qdisc shows only classes of this qdisc, and only their minor numbers; unspecified for all
 * @param id shows only this one; unspecified for all
 * @param parent what the kernel is asked for, which it heeds or not
 */
record ClassListing(@Nullable Device device, Handle qdisc, Handle id, Handle parent)
    implements Request.Show {
  @Override
  public void print(Session session, Sheet sheet) {
    sheet.open();
    if (device != null) {
      if (sheet.options().graph) {
        ClassTree tree = new ClassTree(sheet);
        session.datapath().trafficControl().classes(device, parent, tree);
        tree.print();
      } else {
        session.datapath().trafficControl().classes(device, parent, new Printer(sheet));
      }
    }
    sheet.close();
  }

  private final class Printer implements Consumer<ClassEntry> {
    private final Sheet sheet;

    Printer(Sheet sheet) {
      this.sheet = sheet;
    }

    @Override
    public void accept(ClassEntry entry) {
      if ((!qdisc.isUnspecified() && qdisc.major() != entry.id().major())
          || (!id.isUnspecified() && id.value() != entry.id().value())) {
        return;
      }
      ClassSheet.print(entry, !qdisc.isUnspecified(), sheet);
      sheet.flushIfLong();
    }
  }
}
