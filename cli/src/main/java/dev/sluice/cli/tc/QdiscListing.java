package dev.sluice.cli.tc;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.QdiscEntry;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code tc qdisc show}.
 *
 * @param device the device; null for all
 * @param parent shows only what hangs from it; unspecified for all
 * @param handle shows only this one; unspecified for all
 */
record QdiscListing(@Nullable Device device, Handle parent, Handle handle) implements Request.Show {
  @Override
  public void print(Session session, Sheet sheet) {
    sheet.open();
    session.datapath().trafficControl().qdiscs(device, new Printer(sheet));
    sheet.close();
  }

  /** A class and not a lambda, which costs start-up time. */
  private final class Printer implements Consumer<QdiscEntry> {
    private final Sheet sheet;

    Printer(Sheet sheet) {
      this.sheet = sheet;
    }

    @Override
    public void accept(QdiscEntry entry) {
      if ((!handle.isUnspecified() && handle.value() != entry.handle().value())
          || (!parent.isUnspecified() && parent.value() != entry.parent().value())) {
        return;
      }
      QdiscSheet.print(entry, device == null, sheet);
      sheet.flushIfLong();
    }
  }
}
